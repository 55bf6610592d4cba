"""What a run will do: which inputs, in which format, to which outputs. Refuses before it starts."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from . import storage
from .formats import directory
from .items import BatchError
from .names import document_kind

INPUT_FORMATS: Final = ("files", "jsonl", "parquet", "warc")
OUTPUT_FORMATS: Final = ("files", "jsonl", "parquet", "wet")

STDIN: Final = "stdin"
"""How reports call the standard input."""

_INPUT_BY_EXTENSION: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
_OUTPUT_BY_EXTENSION: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".wet": "wet",
}
_EXTENSION_OF: Final = {"jsonl": ".jsonl", "parquet": ".parquet", "wet": ".wet"}
_SAME_KIND: Final = {"jsonl": "jsonl", "parquet": "parquet", "warc": "wet"}


@dataclass(frozen=True, slots=True)
class StreamJob:
    """Shards (or the documents of a tree) that go into one output, in order.

    Attributes:
        name: in the manifest: the output's relative name, "-" for stdout.
        inputs: (path or None for stdin, name) of the shards; empty when `tree` is set.
        tree: directory whose documents are the input.
        output: None for stdout.
    """

    name: str
    source: str
    target: str
    inputs: tuple[tuple[Path | None, str], ...]
    output: Path | None
    tree: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A run.

    Attributes:
        tree: (input, output) directories whose documents are mirrored, if any.
        streams: further jobs, run after the tree.
        manifest, report: where the run logs what is done; None when the output is a pipe.
        total: bytes of all inputs, 0 when unknown.
        ignored: files that are no input, and links to directories.
    """

    root: Path | None
    output: Path | None
    tree: tuple[Path, Path] | None
    streams: tuple[StreamJob, ...]
    manifest: Path | None
    report: Path | None
    total: int
    ignored: int


def make_plan(
    source: str, target: str, *, source_format: str | None, target_format: str | None
) -> Plan:
    """Look at both sides and decide.

    Args:
        source, target: paths, or "-" for stdin and stdout.
        source_format, target_format: of `INPUT_FORMATS`, `OUTPUT_FORMATS`; None decides by name.

    Raises:
        BatchError: one clear line why this cannot work.
    """
    root = None if source == "-" else Path(source)
    output = None if target == "-" else Path(target)
    if root is not None:
        _check_input(root)
    if root is not None and output is not None:
        _check_apart(root, output)
    if root is not None and root.is_dir():
        return _plan_directory(root, output, source_format, target_format)
    return _plan_file(root, output, source_format, target_format)


def _check_input(root: Path) -> None:
    try:
        state = root.stat()
        if stat.S_ISDIR(state.st_mode):
            with os.scandir(root):
                return
        if not stat.S_ISREG(state.st_mode):  # opening a pipe would wait for its other end
            raise BatchError(f"{root} is neither a directory nor a file; pipe it into -")
        with root.open("rb"):
            return
    except OSError as error:
        raise BatchError(f"cannot read {root}: {error.strerror}") from error


def _check_apart(root: Path, output: Path) -> None:
    here, there = root.resolve(), output.resolve()
    if here == there:
        raise BatchError(f"output {output} is the input itself; give another path")
    if root.is_dir() and here in there.parents:
        raise BatchError(f"output {output} lies inside the input {root}; give a path outside of it")
    if there in here.parents:
        raise BatchError(f"input {root} lies inside the output {output}; give another path")


def _plan_file(
    root: Path | None, output: Path | None, source_format: str | None, target_format: str | None
) -> Plan:
    name = STDIN if root is None else root.name
    if root is not None and document_kind(root.name) and source_format in (None, "files"):
        raise BatchError(f"{root} is a single document; use: spamstrip {root}")
    found = source_format or (
        "jsonl" if root is None else _format_of(root.name, _INPUT_BY_EXTENSION)
    )
    if found is None or found == "files":
        raise BatchError(
            f"cannot tell the format of {name}; add --from {'|'.join(INPUT_FORMATS[1:])}"
        )
    if output is not None and output.is_dir():
        raise BatchError(f"output {output} is a directory; {name} needs the path of a file")
    wanted = target_format or (
        "jsonl" if output is None else _format_of(output.name, _OUTPUT_BY_EXTENSION)
    )
    if wanted is None:
        raise BatchError(
            f"cannot tell the format of {output}; add --to {'|'.join(OUTPUT_FORMATS[1:])}"
        )
    _check_pair(found, wanted, piped_in=root is None, piped_out=output is None)
    job = StreamJob("-" if output is None else output.name, found, wanted, ((root, name),), output)
    beside = output
    return Plan(
        root=root,
        output=output,
        tree=None,
        streams=(job,),
        manifest=beside and beside.with_name(beside.name + ".manifest"),
        report=beside and beside.with_name(beside.name + ".report.json"),
        total=root.stat().st_size if root is not None else 0,
        ignored=0,
    )


def _format_of(name: str, table: dict[str, str]) -> str | None:
    stem, _ = storage.split_compression(name)
    return table.get(os.path.splitext(stem)[1].lower())  # noqa: PTH122


def _check_pair(found: str, wanted: str, *, piped_in: bool, piped_out: bool) -> None:
    if found == "parquet" and piped_in:
        raise BatchError("Parquet cannot be read from a pipe; give a path")
    if wanted == "parquet" and piped_out:
        raise BatchError("Parquet cannot be written to a pipe; give a path")
    if wanted == "wet" and found != "warc":
        raise BatchError(f"WET output needs WARC or WET input, not {found}")
    if wanted == "files":
        raise BatchError(f"{found} records cannot become files; use --to jsonl or --to parquet")


def _plan_directory(
    root: Path, output: Path | None, source_format: str | None, target_format: str | None
) -> Plan:
    survey = _survey(root, source_format)
    single = output is None or (
        not output.is_dir() and _format_of(output.name, _OUTPUT_BY_EXTENSION) is not None
    )
    if single:
        return _plan_merge(root, output, survey, target_format)
    assert output is not None
    if survey.documents and target_format not in (None, "files"):
        raise BatchError(
            f"{root} holds single documents; to put them into one file, name it: "
            f"{output}{_EXTENSION_OF[target_format]}"
        )
    streams = tuple(_mirror(root, output, survey, target_format))
    return Plan(
        root=root,
        output=output,
        tree=(root, output) if survey.documents or not streams else None,
        streams=streams,
        manifest=output / "_manifest.jsonl",
        report=output / "_report.json",
        total=survey.total,
        ignored=survey.ignored,
    )


@dataclass(slots=True)
class _Survey:
    documents: int = 0
    total: int = 0
    ignored: int = 0
    shards: list[tuple[directory.Folder, list[str]]] = field(default_factory=list)


def _survey(root: Path, source_format: str | None) -> _Survey:
    """Count documents and bytes, and list the shards.

    Raises:
        BatchError: a directory that may hold shards cannot be listed. (One that may hold
            documents is a failed document.)
    """
    survey = _Survey()

    def ignore(_: str) -> None:
        survey.ignored += 1

    def accept(name: str) -> bool:
        return _input_format(name, source_format) is not None

    for folder in directory.walk(root, accept, ignore):
        if folder.error and source_format not in (None, "files"):
            raise BatchError(f"{root / folder.path}: {folder.error}")
        survey.documents += bool(folder.error)
        for name in folder.files:
            with contextlib.suppress(OSError):  # a failed document when it is read
                survey.total += (root / folder.join(name)).stat().st_size
        shards = [name for name in folder.files if not document_kind(name)]
        survey.documents += len(folder.files) - len(shards)
        if shards:
            survey.shards.append((folder, shards))
    return survey


def _input_format(name: str, source_format: str | None) -> str | None:
    found = "files" if document_kind(name) else _format_of(name, _INPUT_BY_EXTENSION)
    return found if source_format in (None, found) else None


def _mirror(
    root: Path, output: Path, survey: _Survey, target_format: str | None
) -> Iterator[StreamJob]:
    """One job per shard, under the same relative name with the output's extension."""
    for folder, names in survey.shards:
        claimed = folder.claim_names(names, lambda name: _shard_name(name, target_format))
        for name in names:
            found = _shard_format(name)
            wanted = target_format or _SAME_KIND[found]
            _check_pair(found, wanted, piped_in=False, piped_out=False)
            path, relative = folder.join(name), folder.join(claimed[name])
            yield StreamJob(relative, found, wanted, ((root / path, path),), output / relative)


def _shard_format(name: str) -> str:
    """The format of a file that is known to be a shard."""
    return _format_of(name, _INPUT_BY_EXTENSION) or "jsonl"


def _shard_name(name: str, target_format: str | None) -> str:
    found = _shard_format(name)
    wanted = target_format or _SAME_KIND[found]
    stem, compression = storage.split_compression(name)
    if wanted == found or (found == "warc" and wanted == "wet" and stem.lower().endswith(".wet")):
        return name
    stem = os.path.splitext(stem)[0]  # noqa: PTH122
    return stem + _EXTENSION_OF[wanted] + ("" if wanted == "parquet" else compression)


def _plan_merge(
    root: Path, output: Path | None, survey: _Survey, target_format: str | None
) -> Plan:
    """Everything under `root` into one output."""
    wanted = target_format or (
        _format_of(output.name, _OUTPUT_BY_EXTENSION) if output is not None else None
    )
    wanted = wanted or "jsonl"
    shards = [folder.join(name) for folder, names in survey.shards for name in names]
    formats = {_shard_format(shard) for shard in shards}
    if len(formats) + bool(survey.documents) > 1:
        raise BatchError(f"{root} holds several formats; choose one with --from")
    found = formats.pop() if formats else "files"
    _check_pair(found, wanted, piped_in=False, piped_out=output is None)
    job = StreamJob(
        name="-" if output is None else output.name,
        source=found,
        target=wanted,
        inputs=tuple((root / shard, shard) for shard in shards),
        output=output,
        tree=root if found == "files" else None,
    )
    return Plan(
        root=root,
        output=output,
        tree=None,
        streams=(job,),
        manifest=output and output.with_name(output.name + ".manifest"),
        report=output and output.with_name(output.name + ".report.json"),
        total=survey.total,
        ignored=survey.ignored,
    )
