"""Cleaners without models that obey, crash or hang on demand, and the command that uses them.

`python batch_fakes.py IN OUT ...` is `spamstrip batch IN OUT ...` with `MarkCleaner`.
"""

import argparse
import os
import re
import signal
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from spamstrip.batch import command, stream_run, tree_writer
from spamstrip.records import OUTPUTS, PRESETS, Metadata, Options, Removal, Result

SPAM = re.compile(r"\[spam:.*?\]")
TAG = re.compile(r"<[^>]*>")


class MarkCleaner:
    """Removes `[spam:...]`, and in HTML every tag; words in the document make it misbehave."""

    def __init__(self, options):
        self.options = options

    def analyze(self, source):
        text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
        self._misbehave(text)
        if self.options.kind == "html":
            text = TAG.sub("", text)
        removed = tuple(
            Removal("gambling", 0.9, match.start(), match.end(), match.group())
            for match in SPAM.finditer(text)
        )
        kept = SPAM.sub("", text)
        language = re.search(r"lang:(\w+)", text)
        return Result(
            text=kept,
            rendered=kept,
            removed=removed,
            title="Title",
            kind="html" if self.options.kind == "html" else "text",
            spam_score=0.9 if removed else 0.1,
            metadata=Metadata(language=language[1] if language else ""),
        )

    @staticmethod
    def _misbehave(text):
        if count := re.search(r"COUNT:(\S+)", text):
            with Path(count[1]).open("a") as stream:
                stream.write("x")
        if "CRASH" in text:
            os._exit(41)
        if "SEGFAULT" in text:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "HANG" in text:
            time.sleep(3600)
        if "RAISE" in text:
            raise KeyError("a bug in the cleaner")
        if "MEMORY" in text:
            raise MemoryError
        if "DEEP" in text:
            raise RecursionError("maximum recursion depth exceeded")
        if once := re.search(r"ONCE:(\S+)", text):
            marker = Path(once[1])
            if not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if slow := re.search(r"SLOW:([\d.]+)", text):
            time.sleep(float(slow[1]))


def make_parser():
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    parser.add_argument("--kind", default="auto")
    parser.add_argument("--format", choices=OUTPUTS, default="text")
    parser.add_argument("--preset", choices=PRESETS, default="balanced")
    return parser


def main(words):
    stream_run.CHECKPOINT_BYTES = int(os.environ.get("TEST_CHECKPOINT_BYTES", "1000000"))
    tree_writer.GROUP_FILES = int(os.environ.get("TEST_GROUP_FILES", "64"))
    args = make_parser().parse_args([str(word) for word in words])
    options = Options(kind=args.kind, output=args.format, preset=args.preset)
    return command.run(args, options, make_cleaner=MarkCleaner)


if __name__ == "__main__":
    # The workers import this module by its name; the class must not come from __main__.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from batch_fakes import main as imported_main

    sys.exit(imported_main(sys.argv[1:]))
