"""What the benchmarks share: cached outputs, timing of a whole process, the head of a report."""

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import spamstrip

from .peers import Peer


def heading(name: str, peers: Iterable[Peer]) -> str:
    """The date, the machine and the versions a table was made with."""
    versions = ", ".join(f"{peer.name} {peer.version}" for peer in peers)
    python = platform.python_version()
    return (
        f"# {name}, {datetime.now(UTC):%Y-%m-%d}\n"
        f"spamstrip {spamstrip.__version__}, Python {python}, {platform.machine()}\n"
        f"beside: {versions or 'nothing'}"
    )


class OutputCache:
    """What each version of a tool made of each input, in one JSON-lines file per tool.

    The outputs of other tools do not change between runs; only new inputs are computed.
    """

    def __init__(self, directory: Path | None, peer: Peer) -> None:
        self._known: dict[str, str] = {}
        self._path: Path | None = None
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            name = f"{peer.name}-{peer.version}".replace(" ", "_").replace(",", "")
            self._path = directory / f"{name}.jsonl"
            if self._path.exists():
                for line in self._path.read_text(encoding="utf-8").splitlines():
                    record = json.loads(line)
                    self._known[record["key"]] = record["output"]

    def output(self, source: str, extract: Callable[[str], str]) -> str:
        """The tool's output for `source`, computed when it is not known yet."""
        key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._known:
            self._known[key] = attempt(extract, source)
            if self._path is not None:
                record = {"key": key, "output": self._known[key]}
                with self._path.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(record) + "\n")
        return self._known[key]


def attempt(extract: Callable[[str], str], source: str) -> str:
    """The output of a tool; a tool that raises has extracted nothing."""
    try:
        return extract(source)
    except Exception as error:  # whatever it raises, the others must still be measured
        print(f"failed on one input: {error!r}"[:200], file=sys.stderr)
        return ""


def run_process(command: Sequence[str], stdin: bytes = b"") -> float:
    """Seconds a whole process takes, from start to exit."""
    # Installed packages have their bytecode; a checkout may keep its own too.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - start


def write_lines(path: Path | None, records: Iterable[dict[str, Any]]) -> None:
    """Per-document results as JSON lines, when a path is given."""
    if path is not None:
        with path.open("w", encoding="utf-8") as stream:
            for record in records:
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
