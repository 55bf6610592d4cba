"""Parquet: one row per document, one column cleaned, all other columns carried as they are."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...records import Result
from .. import storage
from ..engine import require
from ..items import Decoded, Limits, Record, Status
from ..sinks import partial_path
from .fields import PREFIX, extra_fields
from .jsonl import damaged

READ_ROWS: Final = 256
READ_BYTES: Final = 16 << 20
"""At most so many rows and bytes are decoded at once, however large a row group is."""

CARRIED: Final = "fields"
"""Column of JSON that carries the other fields where the input has no columns of its own."""


def load() -> Any:
    """The pyarrow modules, or one line on what to install."""
    require("pyarrow", "parquet", "Parquet")
    import pyarrow.parquet

    return pyarrow


def common_schema(paths: Iterable[Path]) -> Any:
    """The Arrow schema of all the files that can be read; None when they differ."""
    arrow = load()
    common = None
    for path in paths:
        try:
            schema = arrow.parquet.read_schema(path).remove_metadata()
        except (OSError, arrow.ArrowException):
            continue
        if common is not None and not schema.equals(common):
            return None
        common = schema
    return common


def read_parquet(
    path: Path, name: str, fields: tuple[str, str], limits: Limits, *, whole_rows: bool
) -> Iterator[Record]:
    """Stream the rows; the payload is a row of the two source fields and the language.

    Args:
        fields: text and html field, "" for none.
        whole_rows: send whole rows, for outputs that are not Parquet.
    """
    arrow = load()
    index = 0
    try:
        file = arrow.parquet.ParquetFile(path, pre_buffer=False, page_checksum_verification=True)
        sent = {name for name in (*fields, "language", "lang") if name in file.schema_arrow.names}
        for batch in _batches(file):
            part = batch if whole_rows else batch.select(sorted(sent))
            for offset, row in enumerate(part.to_pylist()):
                size = sum(_size(row.get(field)) for field in fields)
                large = size > limits.max_bytes
                yield Record(
                    f"{name}#{index}",
                    row,
                    size,
                    status="failed" if large else None,
                    detail=limits.too_large(size) if large else "",
                    context=(batch, offset),
                )
                index += 1
    except (OSError, arrow.ArrowException) as error:
        yield damaged(name, index, error)


def _batches(file: Any) -> Iterator[Any]:
    """Slices of one row group after the other, so that a damaged one costs no earlier rows."""
    for index in range(file.num_row_groups):
        group = file.metadata.row_group(index)
        row = group.total_byte_size // max(1, group.num_rows)
        rows = max(1, min(READ_ROWS, READ_BYTES // max(1, row)))
        yield from file.iter_batches(batch_size=rows, row_groups=[index], use_threads=False)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 0


@dataclass(frozen=True, slots=True)
class RowEncoder:
    """A result as the new values of a row: text, extra fields, and what has no column.

    Attributes:
        carried: put the other fields into the column `CARRIED`.
    """

    text_field: str
    html_field: str
    fields: tuple[str, ...]
    carried: bool

    def encode(self, decoded: Decoded, result: Result, status: Status) -> dict[str, Any]:
        """The cleaned row; its html is null."""
        row = {self.text_field: result.rendered, **extra_fields(self.fields, result, status)}
        return {**row, **self._carry(decoded)}

    def keep(self, decoded: Decoded, status: Status, detail: str) -> dict[str, Any]:
        """The row as it came."""
        field, value = decoded.field, decoded.fields.get(decoded.field)
        if not field:
            field, value = self.html_field, decoded.source
            if decoded.kind != "html":
                field = self.text_field
        if isinstance(value, bytes) and (self.carried or field == self.text_field):
            value = value.decode("utf-8", "replace")
        row = {field: value}
        extra = extra_fields(self.fields, None, status, detail)
        return {**row, **extra, **self._carry(decoded)}

    def _carry(self, decoded: Decoded) -> dict[str, Any]:
        if not self.carried:
            return {}
        others = {key: value for key, value in decoded.fields.items() if key != decoded.field}
        return {CARRIED: json.dumps(others, ensure_ascii=False, default=str)}


class ParquetSink:
    """Row groups kept as files of their own until the end, because Parquet cannot be appended.

    Args:
        schema: of the input whose columns are carried; None when it has none.
        state: of the checkpoint to continue from.
    """

    def __init__(self, path: Path, encoder: RowEncoder, schema: Any, state: dict[str, Any]) -> None:
        self._arrow = load()
        self._path = path
        self._parts = partial_path(path)
        self._parts.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._input = schema
        self._schema = self._output_schema()
        self._count: int = state.get("parts", 0)
        self._rows: list[dict[str, Any]] = []
        self._contexts: list[Any] = []

    def write(self, output: Any, context: Any) -> int:
        """Add a row."""
        self._rows.append(output)
        self._contexts.append(context)
        return sum(_size(value) for value in output.values())

    def checkpoint(self) -> dict[str, Any]:
        """Write the rows since the last checkpoint as one row group."""
        if self._rows or self._count == 0:
            with storage.replacing(self._part(self._count)) as stream:
                self._arrow.parquet.write_table(
                    self._table(), stream, row_group_size=max(1, len(self._rows))
                )
            self._count += 1
            self._rows, self._contexts = [], []
        return {"parts": self._count}

    def finish(self) -> None:
        """Join the parts, one row group in memory at a time."""
        parquet = self._arrow.parquet
        with (
            storage.replacing(self._path) as stream,
            parquet.ParquetWriter(stream, self._schema) as writer,
        ):
            for index in range(self._count):
                table = parquet.read_table(self._part(index), schema=self._schema)
                writer.write_table(table, row_group_size=max(1, table.num_rows))
        # Renamed first: a crash must not leave some of the parts under the name of all.
        rubbish = self._parts.with_name(self._parts.name + ".done")
        storage.remove_tree(rubbish)
        self._parts.rename(rubbish)
        storage.remove_tree(rubbish)

    def close(self) -> None:
        """Nothing is open between checkpoints."""

    def _part(self, index: int) -> Path:
        return self._parts / f"{index:06d}.parquet"

    def _output_schema(self) -> Any:
        arrow, encoder = self._arrow, self._encoder
        text = arrow.field(encoder.text_field, arrow.string())
        if self._input is None:
            columns = [text, arrow.field(encoder.html_field or "html", arrow.string())]
            columns.append(arrow.field(CARRIED, arrow.string()))
        else:
            columns = [text if field.name == text.name else field for field in self._input]
            if text.name not in self._input.names:
                columns.append(text)
        added = [arrow.field(PREFIX + name, _arrow_type(arrow, name)) for name in encoder.fields]
        new = {field.name for field in added}
        return arrow.schema([field for field in columns if field.name not in new] + added)

    def _table(self) -> Any:
        arrow = self._arrow
        carried = self._carried()
        new = {self._encoder.text_field, self._encoder.html_field}
        new.update(PREFIX + name for name in self._encoder.fields)
        if self._input is None:
            new.add(CARRIED)
        columns = []
        for field in self._schema:
            if field.name in new:
                values = [row.get(field.name) for row in self._rows]
                columns.append(arrow.array(values, field.type))
            else:
                columns.append(carried[field.name].combine_chunks())
        return arrow.Table.from_arrays(columns, schema=self._schema)

    def _carried(self) -> Any:
        """The input's rows of this group, taken from the batches they were read in."""
        if self._input is None:
            return {}
        pieces = []
        start = 0
        contexts = self._contexts
        for end in range(1, len(contexts) + 1):
            if end == len(contexts) or contexts[end][0] is not contexts[start][0]:
                batch = contexts[start][0]
                offsets = [offset for _, offset in contexts[start:end]]
                pieces.append(batch.take(self._arrow.array(offsets, self._arrow.int64())))
                start = end
        return self._arrow.Table.from_batches(pieces, schema=self._input)


def _arrow_type(arrow: Any, name: str) -> Any:
    removal = arrow.struct(
        [
            ("label", arrow.string()),
            ("family", arrow.string()),
            ("score", arrow.float64()),
            ("start", arrow.int64()),
            ("end", arrow.int64()),
            ("text", arrow.string()),
        ]
    )
    types = {
        "labels": arrow.list_(arrow.string()),
        "removed": arrow.list_(removal),
        "spam_score": arrow.float64(),
        "spam": arrow.bool_(),
    }
    return types.get(name, arrow.string())
