"""The batch: speed-up over workers, overhead over a bare loop, memory over time, an estimate.

    python -m benchmarks.scale --data DATA

Pages are the WCXB development pages, repeated until there are enough of them. Every run is a
whole process, started and ended; one repeat measures the bare loop, one and two workers one
after the other, and the figures are medians over the repeats and of the ratios per repeat.
The memory part writes and cleans a JSON Lines file of mixed pages and articles.
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .common import heading

_BARE_LOOP = """
import sys
from pathlib import Path
from spamstrip import Cleaner
cleaner = Cleaner(kind="html")
for path in sorted(Path(sys.argv[1]).glob("*.html")):
    cleaner.clean(path.read_bytes())
"""
PARTS = ("speed", "memory")

CRAWL_PAGES = 2.7e9
"""Pages of one monthly Common Crawl dump; recent ones hold 2 to 3 thousand million."""

CORE_HOUR_DOLLARS = 0.04
"""List price of one core for an hour on a common cloud; spot prices are about a third."""


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="training data")
    parser.add_argument("--pages", type=int, default=2000, help="pages (default: 2000)")
    parser.add_argument("--megabytes", type=int, default=2000, help="JSON Lines (default: 2000)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--work", type=Path, help="directory for the files (default: temporary)")
    arguments = parser.parse_args(words)
    print(heading("scale", []))
    with tempfile.TemporaryDirectory(dir=arguments.work) as name:
        work = Path(name)
        if "speed" in arguments.parts:
            _measure_speed(arguments, work)
        if "memory" in arguments.parts:
            _measure_memory(arguments, work)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time, and of processor time over all its processes, of one run."""

    wall: float
    cpu: float


def _measure_speed(arguments: argparse.Namespace, work: Path) -> None:
    pages, size = _write_pages(arguments.data, work / "pages", arguments.pages)
    bare: list[Cost] = []
    one: list[Cost] = []
    two: list[Cost] = []
    for _ in range(arguments.repeats):
        bare.append(_run([sys.executable, "-c", _BARE_LOOP, str(pages)]))
        one.append(_run_batch(pages, work / "one", jobs=1))
        two.append(_run_batch(pages, work / "two", jobs=2))
    print(f"\n## {arguments.pages:,} pages, {size / 1e6:,.0f} MB, median of {arguments.repeats}\n")
    print("| run | seconds | pages/s | MB/s | CPU seconds |")
    print("|---|---:|---:|---:|---:|")
    for name, costs in (("bare loop", bare), ("batch --jobs 1", one), ("batch --jobs 2", two)):
        wall, cpu = median(cost.wall for cost in costs), median(cost.cpu for cost in costs)
        rate = arguments.pages / wall
        print(f"| {name} | {wall:.1f} | {rate:.1f} | {size / wall / 1e6:.1f} | {cpu:.1f} |")
    speedup = median(a.wall / b.wall for a, b in zip(one, two, strict=True))
    overhead = median(a.wall / b.wall - 1 for a, b in zip(one, bare, strict=True))
    print(f"\n2 workers against 1: {speedup:.2f} x")
    more = median(a.cpu / b.cpu - 1 for a, b in zip(one, bare, strict=True))
    print(
        f"overhead of one worker against the bare loop: {overhead:+.1%} of wall time, "
        f"{more:+.1%} of CPU time"
    )
    _estimate(arguments.pages, median(cost.cpu for cost in two))


def _estimate(pages: int, cpu: float) -> None:
    rate = 3600 * pages / cpu
    hours = CRAWL_PAGES / rate
    print(
        f"\nfrom the CPU time of 2 workers: {rate:,.0f} pages per core-hour; "
        f"{CRAWL_PAGES:.1e} pages take {hours:,.0f} core-hours, "
        f"{hours / 1000:,.1f} hours on 1,000 cores, "
        f"{hours * CORE_HOUR_DOLLARS:,.0f} $ at {CORE_HOUR_DOLLARS} $ per core-hour"
    )


def _write_pages(data: Path, target: Path, count: int) -> tuple[Path, int]:
    target.mkdir()
    sources = sorted((data / "html" / "wcxb-dev" / "html").glob("*.html.gz"))
    size = 0
    for number in range(count):
        content = gzip.decompress(sources[number % len(sources)].read_bytes())
        (target / f"{number:06d}.html").write_bytes(content)
        size += len(content)
    return target, size


def _run_batch(source: Path, target: Path, *, jobs: int) -> Cost:
    shutil.rmtree(target, ignore_errors=True)
    command = [sys.executable, "-m", "spamstrip", "batch", str(source), str(target)]
    return _run([*command, "--jobs", str(jobs), "--quiet"])


def _run(command: Sequence[str]) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, check=False)
    wall = time.perf_counter() - start
    if done.returncode not in (0, 1):  # 1: a page failed, which the others do not feel
        raise SystemExit(f"{' '.join(command)} ended with exit code {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def _measure_memory(arguments: argparse.Namespace, work: Path) -> None:
    """Memory of both processes over time: the most in every tenth of the run."""
    source = work / "mixed.jsonl"
    documents = _write_mixed(arguments.data, source, arguments.megabytes * 1_000_000)
    command = [sys.executable, "-m", "spamstrip", "batch", str(source), str(work / "out.jsonl")]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--jobs", "1", "--quiet"])
    samples: list[tuple[float, float]] = []
    while process.poll() is None:
        worker = max(map(_resident, _children(process.pid)), default=0.0)
        samples.append((_resident(process.pid), worker))
        time.sleep(0.5)
    seconds = time.perf_counter() - start
    size = source.stat().st_size / 1e6
    print(f"\n## {size:,.0f} MB of JSON Lines, {documents:,} documents, 1 worker\n")
    print(f"{seconds:,.0f} s, {size / seconds:.1f} MB/s, exit code {process.returncode}\n")
    print("| part of the run | main process, MB | worker, MB |")
    print("|---|---:|---:|")
    for tenth in range(10):
        part = samples[tenth * len(samples) // 10 : (tenth + 1) * len(samples) // 10]
        if part:
            main, worker = (max(column) for column in zip(*part, strict=True))
            print(f"| {tenth * 10}-{tenth * 10 + 10}% | {main:.0f} | {worker:.0f} |")


def _write_mixed(data: Path, target: Path, size: int) -> int:
    """Pages and articles in turn, each one numbered, until the file has `size` bytes."""
    count = written = 0
    with target.open("w", encoding="utf-8") as stream:
        while written < size:
            for record in _mixed(data):
                line = json.dumps({"id": count, **record}, ensure_ascii=False) + "\n"
                written += len(line.encode("utf-8", "replace"))
                stream.write(line)
                count += 1
                if written >= size:
                    break
    return count


def _mixed(data: Path) -> Iterator[dict[str, str]]:
    pages = sorted((data / "html" / "wcxb-dev" / "html").glob("*.html.gz"))
    with gzip.open(data / "articles" / "clean.jsonl.gz", "rt", encoding="utf-8") as articles:
        for page in pages:
            yield {"html": gzip.decompress(page.read_bytes()).decode("utf-8", "replace")}
            for _, line in zip(range(3), articles, strict=False):
                yield {"text": json.loads(line)["text"]}


def _resident(pid: int) -> float:
    """Megabytes of memory a process holds now, 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        tasks = [int(child) for child in listed]
        for task in Path(f"/proc/{pid}/task").iterdir():
            if task.name != str(pid):
                tasks += map(int, (task / "children").read_text().split())
    except OSError:
        return []
    return tasks


if __name__ == "__main__":
    main()
