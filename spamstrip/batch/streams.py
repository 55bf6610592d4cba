"""What a stream job is made of: its reader, decoder, encoder and sink, chosen by format."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import storage
from .formats import directory, jsonl, parquet, warc
from .items import Answer, Decoder, Encoder, Limits, Record, SkipDocument
from .names import output_name
from .plan import StreamJob
from .sinks import ByteSink, PipeSink, Sink


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Where records keep their documents and what to add to them.

    Attributes:
        text, html: source fields; "" for one that is not looked at.
        output: field of the cleaned text.
        extra: names of `spamstrip.batch.formats.fields.FIELDS`.
    """

    text: str = "text"
    html: str = "html"
    output: str = "text"
    extra: tuple[str, ...] = ()


class StreamFormat:
    """The parts of one job.

    Args:
        kind: "auto", or the kind of document asked for.
    """

    def __init__(self, job: StreamJob, names: FieldNames, limits: Limits, kind: str) -> None:
        self.job = job
        self._names = names
        self._limits = limits
        self._schema: Any = None
        if job.source == job.target == "parquet":
            self._schema = parquet.common_schema(path for path, _ in job.inputs if path is not None)
        self.decoder = self._make_decoder(kind)
        self.encoder = self._make_encoder()

    def records(self) -> Iterator[Record]:
        """Every record of every input; an input that cannot be opened is one failed record."""
        job, limits = self.job, self._limits
        if job.tree is not None:
            rename = output_name("text")
            for file in directory.list_documents(job.tree, rename, lambda _: None):
                yield directory.read_document(file, limits)
        for path, name in job.inputs:
            try:
                yield from self._read(path, name)
            except OSError as error:
                detail = f"cannot read: {error.strerror or error}"
                yield Record(name, None, 0, status="failed", detail=detail)

    def _read(self, path: Any, name: str) -> Iterator[Record]:
        if self.job.source == "parquet":
            fields = (self._names.text, self._names.html)
            whole = self._schema is None
            yield from parquet.read_parquet(path, name, fields, self._limits, whole_rows=whole)
            return
        _, suffix = storage.split_compression(name)
        read = jsonl.read_jsonl if self.job.source == "jsonl" else warc.read_warc
        with storage.InputFile(path, name, suffix) as source:
            yield from read(source, self._limits)

    def _make_decoder(self, kind: str) -> Decoder:
        rows = jsonl.RowDecoder(self._names.text, self._names.html, kind)
        if self.job.source == "jsonl":
            return jsonl.LineDecoder(rows)
        if self.job.source == "parquet":
            return rows
        if self.job.source == "warc":
            return warc.WarcDecoder(kind)
        return directory.FileDecoder(kind, self._limits.max_bytes)

    def _make_encoder(self) -> Encoder:
        names = self._names
        if self.job.target == "parquet":
            return self._row_encoder()
        if self.job.target == "wet":
            return warc.WetEncoder(self._suffix())
        return jsonl.LineEncoder(names.output, names.extra)

    def _row_encoder(self) -> parquet.RowEncoder:
        names, carried = self._names, self._schema is None
        return parquet.RowEncoder(names.output, names.html or "html", names.extra, carried)

    def _suffix(self) -> str:
        output = self.job.output
        return "" if output is None else storage.split_compression(output.name)[1]

    def check_packages(self) -> None:
        """Raise BatchError when a package for this job is missing."""
        if "parquet" in (self.job.source, self.job.target):
            parquet.load()
        if self.job.source == "warc":
            warc.check_installed()
        for _, name in self.job.inputs:
            storage.check_compression(storage.split_compression(name)[1])
        storage.check_compression(self._suffix())

    def open_sink(self, state: dict[str, Any]) -> Sink:
        """The output, continued from a checkpoint's `state` or new when that is empty."""
        job = self.job
        if job.output is None:
            return PipeSink()
        if job.target == "parquet":
            return parquet.ParquetSink(job.output, self._row_encoder(), self._schema, state)
        # WET records come compressed one by one from the workers.
        return ByteSink(job.output, "" if job.target == "wet" else self._suffix(), state)

    def keep(self, record: Record, answer: Answer) -> Any:
        """The output of a document that is passed on as it came; None when that is impossible.

        Lines of JSON stay byte for byte what they were, even those that are no valid JSON.
        """
        same = self.job.source == self.job.target == "jsonl"
        extra = set(self._names.extra)
        if record.payload is None:
            return record.context if same else None
        if same and not extra:
            return record.payload + b"\n"
        try:
            decoded = self.decoder.decode(record.payload)
        except SkipDocument as reason:
            decoded = reason.decoded
        except Exception:  # the document is damaged, which the answer already says
            return record.payload + b"\n" if same else None
        return self.encoder.keep(decoded, answer.status, answer.detail)
