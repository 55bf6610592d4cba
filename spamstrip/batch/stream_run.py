"""Records of one or more shards into one output file or pipe."""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any, Final

from .context import Context, stop_on_failure, writing
from .formats import directory
from .items import Answer, Record
from .manifest import digest_file
from .names import output_name
from .plan import StreamJob
from .report import Tally
from .sinks import Sink, partial_path
from .streams import StreamFormat
from .worker import Recipe

CHECKPOINT_BYTES: Final = 32 << 20
"""Bytes of documents between two checkpoints of a stream. Counted in documents, not in time,
so that segments and row groups fall on the same records in every run."""


class StreamRun:
    """Records into one output file or pipe."""

    def __init__(self, stream: StreamFormat, context: Context) -> None:
        self._stream = stream
        self._job = stream.job
        self._options = context.options
        self._manifest = context.manifest
        self._engine = context.engine
        self._progress = context.progress
        self._read = self._position = 0

    def run(self, tally: Tally) -> int:
        """Clean the job's inputs into `tally`; returns how many records were found."""
        identity, state = self._look_back()
        complete: bool = state["complete"]
        mine = Tally.from_dict(state["tally"])
        self._read = state["records"] if complete else 0
        if not (complete and self._is_in_place(state)):
            with writing(self._job.output):
                sink = self._stream.open_sink(state["sink"])
            with contextlib.closing(sink):
                if not complete:
                    self._clean(sink, mine, identity, state["records"])
                with writing(self._job.output):
                    sink.finish()
        tally.merge(mine)
        return self._read

    def _look_back(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The input's identity, and the checkpoint to continue from.

        That is one of the same input, whose partial output is intact; or the very beginning.
        """
        job, manifest = self._job, self._manifest
        beginning = {"records": 0, "sink": {}, "complete": False, "tally": Tally().to_dict()}
        if manifest is None or job.output is None:
            return {}, beginning
        state = manifest.last("stream", job.name)
        identity = _identify(job, state["input"] if state else {})
        if state is None or not identity or state["input"].get("sha256") != identity["sha256"]:
            return identity, beginning
        if state["complete"] and self._is_in_place(state):
            return identity, state
        partial = partial_path(job.output)
        if "offset" in state["sink"]:
            intact = partial.exists() and partial.stat().st_size >= state["sink"]["offset"]
        else:
            intact = len(list(partial.glob("*.parquet"))) >= state["sink"]["parts"]
        return identity, state if intact else beginning

    def _is_in_place(self, state: dict[str, Any]) -> bool:
        output = self._job.output
        assert output is not None
        if not output.is_file() or partial_path(output).exists():
            return False
        size = state["sink"].get("offset")
        return size is None or output.stat().st_size == size

    def _clean(self, sink: Sink, tally: Tally, identity: dict[str, Any], done: int) -> None:
        options, stream = self._options, self._stream
        recipe = Recipe(options.make_cleaner, options.options, stream.decoder, stream.encoder)
        since = 0
        answers = self._engine.map(recipe, self._records(done), options.limits.timeout)
        with contextlib.closing(answers):
            for record, answer in answers:
                with writing(self._job.output):
                    size = self._write(sink, record, answer)
                tally.add(record.name, answer, record.size, size)
                self._advance(record)
                since += record.size
                if since >= CHECKPOINT_BYTES:
                    self._checkpoint(sink, tally, identity, complete=False)
                    since = 0
        self._checkpoint(sink, tally, identity, complete=True)

    def _records(self, done: int) -> Iterator[Record]:
        for record in self._stream.records():
            self._read += 1
            if self._read > done:
                yield record

    def _write(self, sink: Sink, record: Record, answer: Answer) -> int:
        output = answer.output
        if output is None:
            if answer.status == "failed" and self._options.on_error == "fail":
                stop_on_failure(record.name, answer.detail)
            if answer.status == "skipped" or self._options.on_error == "keep":
                output = self._stream.keep(record, answer)
        return sink.write(output, record.context) if output is not None else 0

    def _advance(self, record: Record) -> None:
        """Progress in bytes of the input file, which is what the total is in."""
        step = max(0, record.position - self._position) if record.position else record.size
        self._position = record.position
        self._progress.advance(step)

    def _checkpoint(
        self, sink: Sink, tally: Tally, identity: dict[str, Any], *, complete: bool
    ) -> None:
        with writing(self._job.output):
            state = sink.checkpoint()
            if self._manifest is None:
                return
            self._manifest.append(
                [
                    {
                        "stream": self._job.name,
                        "input": identity,
                        "records": tally.documents,
                        "sink": state,
                        "complete": complete,
                        "tally": tally.to_dict(),
                    }
                ]
            )


def _identify(job: StreamJob, earlier: dict[str, Any]) -> dict[str, Any]:
    """What tells whether the input is still the same: size, time and digest.

    A file of the same size and time as `earlier` is not read again.
    """
    if job.output is None or (job.inputs and job.inputs[0][0] is None):
        return {}
    if len(job.inputs) == 1:
        only = job.inputs[0][0]
        assert only is not None
        try:
            state = only.stat()
            identity = {"size": state.st_size, "mtime_ns": state.st_mtime_ns}
            if identity == {key: earlier.get(key) for key in identity}:
                return earlier
            return {**identity, "sha256": digest_file(only)}
        except OSError:
            return {}
    listing = hashlib.sha256()
    for name, size, mtime_ns in _list_inputs(job):
        listing.update(f"{name} {size} {mtime_ns}\n".encode(errors="backslashreplace"))
    return {"sha256": listing.hexdigest()}


def _list_inputs(job: StreamJob) -> Iterator[tuple[str, int, int]]:
    if job.tree is not None:
        rename = output_name("text")
        for file in directory.list_documents(job.tree, rename, lambda _: None):
            yield file.name, file.size, file.mtime_ns
    for path, name in job.inputs:
        assert path is not None
        try:
            state = path.stat()
            yield name, state.st_size, state.st_mtime_ns
        except OSError:
            yield name, -1, 0
