"""One run from plan to report: jobs one after the other, outcomes counted at the end."""

import contextlib
import datetime
import time
from pathlib import Path
from typing import Any

from .. import model_set
from . import storage
from .clusters import check_packages
from .context import Context, RunOptions, writing
from .engine import Engine
from .items import BatchError, RunStoppedError
from .manifest import Manifest, digest_models
from .plan import Plan
from .progress import Progress
from .report import Tally, make_report, print_report
from .stream_run import StreamRun
from .streams import StreamFormat
from .tree_run import TreeRun


def run(plan: Plan, options: RunOptions) -> dict[str, Any]:
    """Do everything in `plan`; returns the report, which is also written.

    Raises:
        BatchError: the run cannot start; nothing was written.
        RunStoppedError: it stopped early; what was finished is kept and `resume` continues.
        WorkerError: the cleaner cannot work at all.
    """
    streams = [
        StreamFormat(job, options.names, options.limits, options.options.kind)
        for job in plan.streams
    ]
    for stream in streams:
        stream.check_packages()
    check_packages(options.engine.backend)
    _check_outputs(plan, options)
    started = time.time()
    tally, read = Tally(), 0
    with contextlib.ExitStack() as stack:
        manifest = _open_manifest(plan, options, stack)
        progress = Progress(plan.total, quiet=options.quiet)
        stack.callback(progress.close)
        engine = stack.enter_context(Engine(options.engine))
        context = Context(options, engine, progress, manifest)
        if plan.tree is not None:
            read += TreeRun(*plan.tree, context).run(tally)
        for stream in streams:
            read += StreamRun(stream, context).run(tally)
    if read != tally.documents:
        raise RunStoppedError(
            f"internal error: {read} documents read but {tally.documents} outcomes recorded"
        )
    report = make_report(tally, _describe_run(plan, options, started))
    path = options.report or plan.report
    if path is not None:
        with writing(path), storage.replacing(path) as out:
            out.write(print_report(report).encode())
    return report


def _describe_run(plan: Plan, options: RunOptions, started: float) -> dict[str, Any]:
    moment = datetime.datetime.fromtimestamp(started, datetime.UTC)
    return {
        "input": str(plan.root or "-"),
        "output": str(plan.output or "-"),
        "started": moment.isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 3),
        "settings": _settings(options),
        "ignored_files": plan.ignored,
    }


def _settings(options: RunOptions) -> dict[str, Any]:
    """What the output depends on; the manifest refuses to mix two of these."""
    from .. import __version__

    cleaning = options.options
    return {
        "version": __version__,
        "models": digest_models(options.model or model_set.models_directory()),
        "kind": cleaning.kind,
        "format": cleaning.output,
        "preset": cleaning.preset,
        "title": cleaning.include_title,
        "captions": cleaning.include_captions,
        "comments": cleaning.include_comments,
        "text_field": options.names.text,
        "html_field": options.names.html,
        "fields": list(options.names.extra),
    }


def _check_outputs(plan: Plan, options: RunOptions) -> None:
    """Nothing that exists is written over unless that was asked for."""
    output, manifest = plan.output, plan.manifest
    if options.report is not None and not options.report.parent.is_dir():
        raise BatchError(f"cannot write {options.report}: {options.report.parent} is no directory")
    if options.resume and (output is None or plan.root is None):
        raise BatchError("a pipe cannot be resumed; give paths for input and output")
    if output is None or manifest is None or options.overwrite:
        return
    if manifest.exists():
        if not options.resume:
            raise BatchError(
                f"{manifest} shows an earlier run; add --resume to continue it or --overwrite "
                "to start again"
            )
        return
    if output.is_dir() and not any(output.iterdir()):
        return
    if output.exists() or output.is_symlink():
        what = "is not empty" if output.is_dir() else "exists"
        raise BatchError(f"output {output} {what}; add --overwrite to replace what is there")


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):
        directory.rmdir()


def _open_manifest(plan: Plan, options: RunOptions, stack: contextlib.ExitStack) -> Manifest | None:
    if plan.manifest is None:
        return None
    try:
        if not plan.manifest.parent.is_dir():
            plan.manifest.parent.mkdir(parents=True)
            stack.callback(_remove_if_empty, plan.manifest.parent)
        manifest = Manifest(plan.manifest, _settings(options), resume=options.resume)
    except OSError as error:
        raise BatchError(f"cannot write {plan.manifest}: {error.strerror}") from error
    return stack.enter_context(manifest)
