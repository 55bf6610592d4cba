"""What every job of a run shares: its options, and the two ways in which it can stop."""

import contextlib
import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from ..records import Options
from .engine import Engine, EngineOptions
from .items import Limits, RunStoppedError
from .manifest import Manifest
from .progress import Progress
from .streams import FieldNames
from .worker import default_cleaner

ON_ERROR: Final = ("keep", "skip", "fail")
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run a plan.

    Attributes:
        on_error: what happens to a document that cannot be cleaned: passed on as it came
            ("keep"), left out ("skip"), or the end of the run ("fail").
        model: directory of the models, None for the shipped ones.
        make_cleaner: builds a cleaner from `Options`, in the workers; picklable.
    """

    options: Options
    limits: Limits
    names: FieldNames = field(default_factory=FieldNames)
    engine: EngineOptions = field(default_factory=EngineOptions)
    on_error: str = "keep"
    resume: bool = False
    overwrite: bool = False
    report: Path | None = None
    quiet: bool = False
    make_cleaner: Callable[[Options], Any] = default_cleaner
    model: Path | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The open parts of a run; `manifest` is None when everything is a pipe."""

    options: RunOptions
    engine: Engine
    progress: Progress
    manifest: Manifest | None


@contextlib.contextmanager
def writing(path: Path | None) -> Iterator[None]:
    """Turn an error of the disk or pipe into the end of the run, in one line."""
    try:
        yield
    except BrokenPipeError:  # whoever read our output has had enough; no reason to complain
        raise
    except OSError as error:
        where = "standard output" if path is None else str(path)
        room = " when there is room" if error.errno in _NO_ROOM else ""
        advice = "" if path is None else f"; run again with --resume{room}"
        raise RunStoppedError(f"cannot write {where}: {error.strerror or error}{advice}") from error


def stop_on_failure(name: str, detail: str) -> NoReturn:
    """End the run at a failed document, for `--on-error fail`."""
    raise RunStoppedError(f"stopped at {name}: {detail} (--on-error fail)")
