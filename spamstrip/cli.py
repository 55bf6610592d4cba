"""The `spamstrip` command: a filter from standard input or files to standard output.

Exit codes:
    0    done
    1    --check: something would be removed
    2    wrong use of the command, or an option has a value that is not allowed
    3    an input could not be read or cleaned, or the output not written; the rest was done
    4    the models are missing, damaged or of another version
    130  interrupted
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import __version__
from .cleaner import Cleaner
from .decode import decode
from .errors import ModelError, OptionError, SpamstripError
from .records import KINDS, OUTPUTS, PRESETS, Document, Options, Result

EXIT_DONE, EXIT_FOUND, EXIT_USAGE, EXIT_INPUT, EXIT_MODEL, EXIT_INTERRUPTED = 0, 1, 2, 3, 4, 130

_FILTER_HELP = """\
examples:
  curl -s https://example.org/story | spamstrip
  spamstrip page.html --format markdown > story.md
  spamstrip --removed dump.txt           what was removed, with label and score
  spamstrip --check dump.txt || echo polluted
  spamstrip batch pages/ clean/ --jobs 2

other commands (each has its own --help):
  spamstrip batch      clean a directory or a corpus
  spamstrip evaluate   score the extraction on documents with known main content
  spamstrip train      train the models

exit codes: 0 done, 1 --check found something, 2 wrong use, 3 an input failed,
4 a model file is missing or damaged
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; `arguments` default to those of the process."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words[0] if words else ""
    debug = "--debug" in words
    try:
        if command in _COMMANDS:
            return _COMMANDS[command](words[1:])
        return _filter(words)
    except BrokenPipeError:
        # The reader went away (`| head`); keep the interpreter from reporting it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except (SpamstripError, OSError) as error:
        if debug:
            raise
        name = getattr(error, "filename", None)
        _say(f"{name}: {_reason(error)}" if name else _reason(error))
        return _exit_code(error)


def _exit_code(error: Exception) -> int:
    if isinstance(error, OptionError):
        return EXIT_USAGE
    return EXIT_MODEL if isinstance(error, ModelError) else EXIT_INPUT


def add_cleaning_options(parser: argparse.ArgumentParser) -> None:
    """The options every cleaning command shares; `options_from` reads them back."""
    group = parser.add_argument_group("cleaning")
    group.add_argument(
        "--kind",
        choices=KINDS,
        default="auto",
        help="how to read the input (default: by its look, in a batch by its extension or field)",
    )
    group.add_argument(
        "--format", choices=OUTPUTS, default="text", help="format of the output (default: text)"
    )
    group.add_argument(
        "--preset",
        choices=PRESETS,
        default="balanced",
        help="how much to remove (default: balanced; gentle keeps more, strict removes more)",
    )
    group.add_argument("--no-title", action="store_true", help="HTML: leave the title out")
    group.add_argument(
        "--no-captions", action="store_true", help="HTML: leave captions of figures out"
    )
    group.add_argument("--comments", action="store_true", help="keep readers' comments")
    group.add_argument(
        "--model", metavar="DIR", type=Path, help="directory of models (default: the shipped ones)"
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def options_from(arguments: argparse.Namespace) -> Options:
    """The cleaning options given on the command line."""
    return Options(
        kind=arguments.kind,
        output=arguments.format,
        preset=arguments.preset,
        include_title=not arguments.no_title,
        include_captions=not arguments.no_captions,
        include_comments=arguments.comments,
    )


def _filter(words: Sequence[str]) -> int:
    arguments = _filter_parser().parse_args(words)
    cleaner = Cleaner.from_options(options_from(arguments), model=arguments.model)
    names = arguments.files or ["-"]
    found, failed = False, False
    for number, name in enumerate(names):
        try:
            document = decode(_read(name), cleaner.options.kind)
            result = cleaner.analyze(document)
        except ModelError:
            raise
        except (SpamstripError, OSError) as error:
            if arguments.debug:
                raise
            _say(f"{_display(name)}: {_reason(error)}")
            failed = True
            continue
        for warning in result.warnings:
            _say(f"{_display(name)}: {warning}")
        found = found or bool(result.removed)
        if arguments.removed:
            _write(_removed_lines(result, name if len(names) > 1 else "", arguments.format))
        elif not arguments.check:
            last = number == len(names) - 1
            _write(*_output(document, result, cleaner.options, last=last))
    sys.stdout.flush()
    if failed:
        return EXIT_INPUT
    return EXIT_FOUND if arguments.check and found else EXIT_DONE


def _filter_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="spamstrip",
        description="Give it a polluted page or text, get the article back and nothing else.",
        epilog=_FILTER_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="HTML or text files; none or - is standard input"
    )
    add_cleaning_options(parser)
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--removed",
        action="store_true",
        help="print what was removed instead: label, score, position, text (tab-separated; "
        "JSON lines with --format json)",
    )
    instead.add_argument(
        "--check", action="store_true", help="print nothing, exit 1 when something would be removed"
    )
    parser.add_argument("--version", action="version", version=f"spamstrip {__version__}")
    return parser


def _read(name: str) -> bytes:
    if name != "-":
        return Path(name).read_bytes()
    if sys.stdin.isatty():
        _say("reading from the terminal, end with Ctrl-D")
    return sys.stdin.buffer.read()


def _output(document: Document, result: Result, options: Options, *, last: bool) -> tuple[str, str]:
    """What to print for one document, and in which encoding.

    Cleaned text goes out as it came in: same encoding, no newline added at the very end.
    """
    if result.kind == "text" and options.output in ("text", "markdown"):
        whole = (
            result.rendered if last or result.rendered.endswith("\n") else result.rendered + "\n"
        )
        return whole, document.encoding
    return (result.rendered.rstrip("\n") + "\n" if result.rendered else ""), "utf-8"


def _removed_lines(result: Result, name: str, output: str) -> str:
    lines = []
    if output == "json":
        for removal in result.to_dict()["removed"]:
            record = {"file": name, **removal} if name else removal
            lines.append(json.dumps(record, ensure_ascii=False))
    else:
        for removal in result.removed:
            text = removal.text.replace("\\", "\\\\").replace("\t", "\\t")
            text = text.replace("\r", "\\r").replace("\n", "\\n")
            position = f"{removal.start}-{removal.end}"
            columns = [removal.label, f"{removal.score:.2f}", position, text]
            lines.append("\t".join([name, *columns] if name else columns))
    return "".join(f"{line}\n" for line in lines)


def _write(text: str, encoding: str = "utf-8") -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(encoding, "replace"))


def _batch(words: Sequence[str]) -> int:
    from .batch import command

    parser = argparse.ArgumentParser(
        prog="spamstrip batch", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_arguments(parser)
    add_cleaning_options(parser)
    arguments = parser.parse_args(words)
    return command.run(arguments, options_from(arguments))


def _train(words: Sequence[str]) -> int:
    from .training import command

    return command.main(words)


def _evaluate(words: Sequence[str]) -> int:
    from .evaluation import evaluate, format_table

    parser = argparse.ArgumentParser(
        prog="spamstrip evaluate",
        description="Score the extraction on documents whose main content is known.",
    )
    parser.add_argument(
        "directory",
        type=Path,
        metavar="DIR",
        help="a directory in the layout of WCXB (html/, ground-truth/), or of NAME.html or "
        "NAME.txt files with NAME.expected.txt beside each",
    )
    add_cleaning_options(parser)
    arguments = parser.parse_args(words)
    cleaner = Cleaner.from_options(options_from(arguments), model=arguments.model)
    print(format_table(evaluate(arguments.directory, cleaner.clean)))
    return EXIT_DONE


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "batch": _batch,
    "train": _train,
    "evaluate": _evaluate,
}


def _display(name: str) -> str:
    return "standard input" if name == "-" else name


def _reason(error: Exception) -> str:
    """What went wrong, without the name of the input, which the caller knows."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _say(line: str) -> None:
    print(f"spamstrip: {line}", file=sys.stderr)
