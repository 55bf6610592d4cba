"""The `spamstrip batch` command.

Exit codes:
    0    every document was cleaned, unchanged or skipped
    1    the run is complete, but at least one document failed (see the report)
    2    the run could not start: a path, an option, a missing package; nothing was written
    3    the run stopped before its end (full disk, --on-error fail); --resume continues it
    4    the models are missing, damaged or of another version
    130  interrupted with Ctrl-C; --resume continues it
"""

import argparse
import contextlib
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ..errors import SpamstripError
from ..records import Options
from .context import ON_ERROR, RunOptions
from .engine import BACKENDS, BATCH_BYTES, EngineOptions
from .formats.fields import FIELDS
from .items import BatchError, Limits, RunStoppedError
from .plan import INPUT_FORMATS, OUTPUT_FORMATS, STDIN, make_plan
from .report import summarize
from .runner import run as run_plan
from .sandbox import WorkerError
from .streams import FieldNames
from .worker import default_cleaner

EXIT_FAILURES: Final = 1
EXIT_REFUSED: Final = 2
EXIT_STOPPED: Final = 3
EXIT_MODEL: Final = 4
EXIT_INTERRUPTED: Final = 130

_DEFAULT_MAX_BYTES: Final = 20_000_000
_DEFAULT_TIMEOUT: Final = 60.0


_HELP: Final = """\
examples:
  spamstrip batch pages/ clean/ --jobs 8
  spamstrip batch crawl.warc.gz clean.jsonl.gz --fields title,spam_score
  spamstrip batch corpus/ clean/ --resume
  zcat part.jsonl.gz | spamstrip batch - - | gzip > clean.jsonl.gz

exit codes: 0 all cleaned, unchanged or skipped, 1 some documents failed, 2 refused to start,
3 stopped early (--resume continues), 4 a model file is missing or damaged, 130 interrupted
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `spamstrip batch`; the cleaning options are added by the caller."""
    parser.description = "Clean a directory of documents, or a corpus of records."
    parser.epilog = _HELP
    parser.usage = "spamstrip batch IN OUT [options]"
    parser.add_argument(
        "input",
        metavar="IN",
        help="directory, shard (.jsonl, .parquet, .warc, .wet), or - for JSON Lines on stdin",
    )
    parser.add_argument(
        "output", metavar="OUT", help="directory, file, or - for JSON Lines on stdout"
    )
    parser.add_argument(
        "--jobs", type=_count, default=0, metavar="N", help="workers (default: one per core)"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue an interrupted run; finished documents are not repeated",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="start again over the output of an earlier run"
    )
    formats = parser.add_argument_group("formats")
    formats.add_argument(
        "--from",
        dest="source_format",
        choices=INPUT_FORMATS,
        help="input format (default: by extension)",
    )
    formats.add_argument(
        "--to",
        dest="target_format",
        choices=OUTPUT_FORMATS,
        help="output format (default: by extension, else like the input)",
    )
    formats.add_argument(
        "--text-field",
        metavar="NAME",
        help="field with plain text, and the field of the cleaned text (default: text)",
    )
    formats.add_argument(
        "--html-field",
        metavar="NAME",
        help="field with HTML (default: html, looked at when there is no text)",
    )
    formats.add_argument(
        "--fields",
        type=_fields,
        default=(),
        metavar="LIST",
        help=f"add these to every record as spamstrip_NAME: {','.join(FIELDS)}",
    )
    trouble = parser.add_argument_group("trouble")
    trouble.add_argument(
        "--on-error",
        choices=ON_ERROR,
        default="keep",
        help="a document that cannot be cleaned is passed on as it came (keep, the default), "
        "left out (skip), or stops the run (fail)",
    )
    trouble.add_argument(
        "--timeout",
        type=_seconds,
        default=_DEFAULT_TIMEOUT,
        metavar="S",
        help="seconds one document may take (default: %(default)g)",
    )
    trouble.add_argument(
        "--max-bytes",
        type=_count,
        default=_DEFAULT_MAX_BYTES,
        metavar="N",
        help="bytes one document may have, decompressed (default: %(default)d)",
    )
    trouble.add_argument(
        "--report",
        type=Path,
        metavar="PATH",
        help="where to write the report (default: OUT/_report.json or OUT.report.json)",
    )
    trouble.add_argument("--quiet", action="store_true", help="no progress and no summary")
    engine = parser.add_argument_group("engine")
    engine.add_argument(
        "--backend", choices=BACKENDS, default="local", help="where workers run (default: local)"
    )
    engine.add_argument(
        "--address",
        default="",
        metavar="URL",
        help="cluster of the backend (default: start a local one)",
    )
    engine.add_argument(
        "--batch-bytes",
        type=_count,
        default=BATCH_BYTES,
        metavar="N",
        help="bytes of documents sent to a worker at once (default: %(default)d)",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on; got {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) < 1e6:
            return value
    raise argparse.ArgumentTypeError(f"must be a number of seconds above 0; got {text!r}")


def _fields(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in FIELDS:
            raise argparse.ArgumentTypeError(f"no field {name!r}; choose from {', '.join(FIELDS)}")
    return names


def run(
    args: argparse.Namespace,
    options: Options,
    make_cleaner: Callable[[Options], Any] | None = None,
) -> int:
    """Run the command; returns the exit code.

    Args:
        args: what `add_arguments` and the common cleaning options parsed.
        options: the cleaning options.
        make_cleaner: builds the cleaner of a worker, must be picklable; the default is
            `spamstrip.Cleaner` with the models of `args.model`.
    """
    model = getattr(args, "model", None)
    model = model and model.resolve()  # workers may run in another directory
    make_cleaner = make_cleaner or functools.partial(default_cleaner, model=model)
    try:
        report, path = _run(args, options, make_cleaner)
    except SpamstripError as error:
        if getattr(args, "debug", False):
            raise
        return _complain(str(error), _exit_code(error))
    except KeyboardInterrupt:
        return _complain("interrupted; --resume continues the run", EXIT_INTERRUPTED)
    if not args.quiet:
        print(summarize(report), file=sys.stderr)
        if path is not None:
            print(f"report: {path}", file=sys.stderr)
    if report["documents"] == 0:
        where = STDIN if args.input == "-" else args.input
        print(f"spamstrip: no documents in {where}", file=sys.stderr)
    return EXIT_FAILURES if report["outcomes"]["failed"] else 0


def _run(
    args: argparse.Namespace, options: Options, make_cleaner: Callable[[Options], Any]
) -> tuple[dict[str, Any], Path | None]:
    """The report of the run, and where it was written."""
    if args.resume and args.overwrite:
        raise BatchError("--resume and --overwrite exclude each other")
    plan = make_plan(
        args.input,
        args.output,
        source_format=args.source_format,
        target_format=args.target_format,
    )
    if plan.tree is not None and args.fields:
        raise BatchError("--fields needs records; for single files use --format json")
    run_options = RunOptions(
        options=options,
        limits=Limits(args.max_bytes, args.timeout),
        names=_field_names(args),
        engine=EngineOptions(args.jobs, args.backend, args.address, args.batch_bytes),
        on_error=args.on_error,
        resume=args.resume,
        overwrite=args.overwrite,
        report=args.report,
        quiet=args.quiet,
        make_cleaner=make_cleaner,
        model=getattr(args, "model", None),
    )
    return run_plan(plan, run_options), args.report or plan.report


def _field_names(args: argparse.Namespace) -> FieldNames:
    """A field that was named is the only source; with both, HTML is read and text written."""
    text, html = args.text_field, args.html_field
    if html is not None:
        return FieldNames("", html, text or "text", args.fields)
    if text is not None:
        return FieldNames(text, "", text, args.fields)
    return FieldNames(extra=args.fields)


def _exit_code(error: SpamstripError) -> int:
    if isinstance(error, RunStoppedError):
        return EXIT_STOPPED
    return EXIT_MODEL if isinstance(error, WorkerError) else EXIT_REFUSED


def _complain(message: str, code: int) -> int:
    print(f"spamstrip: {message}", file=sys.stderr)
    return code
