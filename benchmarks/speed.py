"""Speed and memory beside the fastest and the best known extractor, in one process each.

    python -m benchmarks.speed --data DATA

Pages are the WCXB development pages, texts are composed documents. Every repeat measures all
systems one after the other on the same inputs, so that a slow minute of the machine hits all
of them; figures are medians over the repeats, and ratios medians of the ratios per repeat.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import spamstrip
from spamstrip.evaluation import read_directory
from spamstrip.training.composer import CLEAN_VARIANTS, POLLUTED_VARIANTS, Composer
from spamstrip.training.text_data import load

from .common import attempt, heading, run_process
from .peers import Peer, html_peers, text_peers

_PEAK_MEMORY = """
import sys
from pathlib import Path
from {module} import {function} as extract
extract(Path(sys.argv[1]).read_text("utf-8"){arguments})
# Not ru_maxrss: a child starts with that of the process it was forked from.
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""
_LIBRARIES = {
    "spamstrip": ("spamstrip", "clean", ""),
    "trafilatura": ("trafilatura", "extract", ""),
    "resiliparse": ("resiliparse.extract.html2text", "extract_plain_text", ", main_content=True"),
}


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="training data")
    parser.add_argument("--pages", type=int, default=300, help="pages (default: 300)")
    parser.add_argument("--texts", type=int, default=1000, help="documents of each sort")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args(words)
    peers = html_peers(("trafilatura", "resiliparse"))
    line_filters = text_peers(("C4 lines",))
    print(heading("speed", [*peers, *line_filters]))
    _html(arguments, peers)
    _texts(arguments, line_filters)
    _processes(arguments)


def _html(arguments: argparse.Namespace, peers: Sequence[Peer]) -> None:
    pages = read_directory(arguments.data / "html" / "wcxb-dev")
    step = max(1, len(pages) // arguments.pages)
    sources = [page.read_text() for page in pages[::step]]
    cleaner = spamstrip.Cleaner(kind="html")
    systems = [("spamstrip", cleaner.clean)] + [(peer.name, peer.extract) for peer in peers]
    timings = _measure(systems, sources, arguments.repeats)
    megabytes = sum(len(source.encode()) for source in sources) / 1e6
    print(f"\n{len(sources)} pages, {megabytes:.1f} MB, one process")
    print(
        f"{'':<14}{'pages/s':>9}{'MB/s':>8}{'median ms':>11}{'slowest ms':>12}"
        f"{'slowest/median':>16}{'spamstrip is':>14}"
    )
    for name, repeats in timings.items():
        total = median(sum(seconds) for seconds in repeats)
        per_page = [median(page) for page in zip(*repeats, strict=True)]
        middle, slowest = median(per_page), max(per_page)
        print(
            f"{name:<14}{len(sources) / total:>9.1f}{megabytes / total:>8.1f}"
            f"{1e3 * middle:>11.2f}{1e3 * slowest:>12.1f}{slowest / middle:>16.1f}"
            f"{_ratio(timings, name):>13.2f}x"
        )


def _texts(arguments: argparse.Namespace, peers: Sequence[Peer]) -> None:
    composer = Composer(load(arguments.data), seed=1)
    cleaner = spamstrip.Cleaner(kind="text")
    for title, variants in (("clean", CLEAN_VARIANTS), ("polluted", POLLUTED_VARIANTS)):
        sources = [d.text for d in composer.documents(arguments.texts, variants=variants)]
        systems = [("spamstrip", cleaner.clean)] + [(peer.name, peer.extract) for peer in peers]
        timings = _measure(systems, sources, arguments.repeats)
        megabytes = sum(len(source.encode()) for source in sources) / 1e6
        print(f"\n{len(sources)} {title} texts, {megabytes:.1f} MB of UTF-8, one process")
        print(f"{'':<14}{'texts/s':>9}{'MB/s':>8}{'spamstrip is':>14}")
        for name, repeats in timings.items():
            total = median(sum(seconds) for seconds in repeats)
            print(
                f"{name:<14}{len(sources) / total:>9.0f}{megabytes / total:>8.2f}"
                f"{_ratio(timings, name):>13.2f}x"
            )


def _processes(arguments: argparse.Namespace) -> None:
    page = "<html><head><title>A</title></head><body><article><h1>A</h1>" + (
        "<p>The harbour town could see a daily ferry again by next summer.</p>" * 8
    )
    folder = Path(sys.executable).parent
    commands = {"spamstrip": [sys.executable, "-m", "spamstrip"]}
    if (folder / "trafilatura").exists():
        commands["trafilatura"] = [str(folder / "trafilatura")]
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(5 * arguments.repeats):
        for name, command in commands.items():
            seconds[name].append(run_process(command, page.encode()))
    print(f"\nwhole process on one small page\n{'':<14}{'seconds':>9}")
    for name, values in seconds.items():
        print(f"{name:<14}{median(values):>9.3f}")

    pages = read_directory(arguments.data / "html" / "wcxb-dev")
    sizes = sorted(pages, key=lambda page: len(page.read()))
    print(f"\npeak memory, MB\n{'':<14}{'median page':>12}{'largest page':>14}")
    with tempfile.TemporaryDirectory() as directory:
        paths = []
        for number, chosen in enumerate((sizes[len(sizes) // 2], sizes[-1])):
            paths.append(Path(directory) / f"{number}.html")
            paths[-1].write_text(chosen.read_text(), encoding="utf-8")
        for name in _LIBRARIES:
            cells = [_peak_memory(name, path) for path in paths]
            if None not in cells:
                print(f"{name:<14}{cells[0]:>12.0f}{cells[1]:>14.0f}")


def _measure(
    systems: Sequence[tuple[str, Callable[[str], str]]], sources: Sequence[str], repeats: int
) -> dict[str, list[list[float]]]:
    """Seconds per source: system -> repeat -> source; systems take turns, whole passes each."""
    timings: dict[str, list[list[float]]] = {name: [] for name, _ in systems}
    for _, extract in systems:
        attempt(extract, sources[0])
    for _ in range(repeats):
        for name, extract in systems:
            seconds = []
            for source in sources:
                start = time.perf_counter()
                attempt(extract, source)
                seconds.append(time.perf_counter() - start)
            timings[name].append(seconds)
    return timings


def _ratio(timings: dict[str, list[list[float]]], name: str) -> float:
    """How many times as fast as `name` spamstrip is: the median over the repeats."""
    pairs = zip(timings["spamstrip"], timings[name], strict=True)
    return median(sum(other) / sum(own) for own, other in pairs)


def _peak_memory(name: str, page: Path) -> float | None:
    """Megabytes a fresh process reached while it extracted one page; None when it failed."""
    module, function, arguments = _LIBRARIES[name]
    code = _PEAK_MEMORY.format(module=module, function=function, arguments=arguments)
    command = [sys.executable, "-c", code, str(page)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        print(f"{name}: no memory figure: {answer.stderr.splitlines()[-1]}", file=sys.stderr)
        return None
    return int(answer.stdout.split()[-1]) / 1024


if __name__ == "__main__":
    main()
