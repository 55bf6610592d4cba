"""The documents of a directory, each into a file of its own."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .context import Context, stop_on_failure, writing
from .formats import directory
from .items import Answer, Record
from .manifest import digest_file
from .names import output_name
from .report import Tally
from .tree_writer import TreeWriter
from .worker import Recipe


class TreeRun:
    """Documents of a directory, each into a file of its own."""

    def __init__(self, root: Path, output: Path, context: Context) -> None:
        assert context.manifest is not None
        self._root, self._output = root, output
        self._options = context.options
        self._manifest = context.manifest
        self._engine = context.engine
        self._progress = context.progress
        self._read = 0
        self._digests: dict[str, str] = {}

    def run(self, tally: Tally) -> int:
        """Clean the tree into `tally`; returns how many documents were found."""
        options = self._options
        decoder = directory.FileDecoder(options.options.kind, options.limits.max_bytes)
        recipe = Recipe(options.make_cleaner, options.options, decoder, directory.FileEncoder())
        with writing(self._output):
            writer = TreeWriter(self._output, self._manifest.append)
        try:
            answers = self._engine.map(recipe, self._records(tally), options.limits.timeout)
            with contextlib.closing(answers):
                for record, answer in answers:
                    with writing(self._output):
                        size = self._write(writer, record, answer)
                    tally.add(record.name, answer, record.size, size)
                    self._progress.advance(record.context.size)
            with writing(self._output):
                writer.flush()
        finally:
            writer.close()
        return self._read

    def _records(self, tally: Tally) -> Iterator[Record]:
        rename = output_name(self._options.options.output)
        for file in directory.list_documents(self._root, rename, lambda _: None):
            self._read += 1
            entry = self._manifest.last("document", file.name) if not file.error else None
            if entry is not None and self._is_finished(entry, file):
                answer = directory.answer_of(entry)
                tally.add(file.name, answer, entry["bytes_in"], entry["bytes_out"])
                tally.earlier += 1
                self._progress.advance(file.size)
                continue
            record = directory.read_document(file, self._options.limits)
            if record.payload is not None:
                self._digests[file.name] = hashlib.sha256(record.payload[1]).hexdigest()
            yield record

    def _is_finished(self, entry: dict[str, Any], file: directory.DocumentFile) -> bool:
        """Whether an earlier run cleaned this very input and its output is still there."""
        if entry["size"] != file.size:
            return False
        if entry["mtime_ns"] != file.mtime_ns:
            with contextlib.suppress(OSError):
                if entry["sha256"] is None or digest_file(file.path) != entry["sha256"]:
                    return False
        if entry["output"] is None:
            return True
        try:
            found = (self._output / entry["output"]).stat().st_size
        except OSError:
            return False
        return bool(found == entry["bytes_out"])

    def _write(self, writer: TreeWriter, record: Record, answer: Answer) -> int:
        """Hand one outcome to the writer; returns the bytes of its output."""
        file: directory.DocumentFile = record.context
        entry = directory.entry_of(record, answer, self._digests.pop(file.name, None))
        if answer.output is not None:
            entry |= {"output": file.output, "bytes_out": len(answer.output)}
            writer.write(file.output, answer.output, entry)
            return len(answer.output)
        if answer.status == "failed" and self._options.on_error == "fail":
            writer.flush()
            stop_on_failure(record.name, answer.detail)
        if self._options.on_error == "keep" and not file.error:
            kept = entry | {"output": file.name, "bytes_out": file.size}
            if (size := writer.keep(file, kept)) >= 0:
                return size
        writer.note(entry | {"output": None, "bytes_out": 0})
        return 0
