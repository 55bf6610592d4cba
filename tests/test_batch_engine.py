"""The engine: order, bounds, one answer per record, the same output however it runs."""

import contextlib
import gzip
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import batch_fakes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spamstrip import Cleaner
from spamstrip.batch import sandbox
from spamstrip.batch.engine import BATCHES_PER_WORKER, Engine, EngineOptions, _cut
from spamstrip.batch.formats.jsonl import LineDecoder, LineEncoder, RowDecoder
from spamstrip.batch.items import STATUSES, Answer, Record
from spamstrip.batch.progress import Progress
from spamstrip.batch.report import Tally, make_report, summarize
from spamstrip.batch.worker import Recipe
from spamstrip.records import Options

# More for a long run: TEST_GIANT=500 pytest tests/test_batch_engine.py -k giant
GIANT = int(os.environ.get("TEST_GIANT", "40"))  # megabytes

RECIPE = Recipe(
    batch_fakes.MarkCleaner,
    Options(),
    LineDecoder(RowDecoder("text", "", "auto")),
    LineEncoder("text"),
)


def record(number, text):
    payload = json.dumps({"text": text}).encode()
    return Record(f"r{number}", payload, len(payload))


def test_back_pressure_and_order():
    read = []

    def records():
        for number in range(200):
            read.append(number)
            yield record(number, str(number))

    with Engine(EngineOptions(jobs=2, batch_bytes=1)) as engine:
        seen = 0
        with contextlib.closing(engine.map(RECIPE, records(), 10)) as answers:
            for found, answer in answers:
                assert found.name == f"r{seen}"
                assert answer.output == b'{"text": "%d"}\n' % seen
                seen += 1
                assert len(read) <= seen + 2 * BATCHES_PER_WORKER + 1
    assert seen == 200


def test_an_error_of_the_reader_comes_after_what_was_read_before_it():
    def records():
        yield record(0, "a")
        raise RuntimeError("reader broke")

    seen = []
    with Engine(EngineOptions(jobs=1)) as engine, pytest.raises(RuntimeError, match="broke"):
        seen.extend(answer.status for _, answer in engine.map(RECIPE, records(), 10))
    assert seen == ["unchanged"]


def test_leaving_early_ends_all_workers():
    with Engine(EngineOptions(jobs=2, batch_bytes=1)) as engine:
        answers = engine.map(RECIPE, (record(n, "SLOW:0.05") for n in range(100)), 10)
        next(answers)
        answers.close()
    assert not sandbox.POOL._idle
    assert not [box for box in sandbox.POOL._busy if box._process.poll() is None]


@given(
    sizes=st.lists(st.integers(0, 50), max_size=60),
    limit=st.integers(1, 100),
)
def test_batches_are_bounded_and_lose_nothing(sizes, limit):
    records = [Record(str(n), b"", size) for n, size in enumerate(sizes)]
    batches = list(_cut(records, limit))
    assert [r for batch in batches for r in batch] == records
    assert all(batch for batch in batches)
    assert all(sum(r.size for r in batch) <= limit or len(batch) == 1 for batch in batches)


def test_output_does_not_depend_on_workers_or_batches(tmp_path):
    rng = random.Random(3)
    texts = [f"{n} [spam:{n}]" + "x" * rng.randrange(3000) for n in range(80)]
    texts[20] = "CRASH"
    texts[30] = "RAISE"
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))
    outputs = []
    ways = (["--jobs", 1], ["--jobs", 3], ["--jobs", 2, "--batch-bytes", 1])
    for number, options in enumerate(ways):
        out = tmp_path / f"out{number}.jsonl.gz"
        assert batch_fakes.main([tmp_path / "in.jsonl", out, "--quiet", *options]) == 1
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]


def test_a_hanging_worker_does_not_outlive_its_parent():
    script = (
        "from spamstrip.batch import worker\n"
        "worker.ORPHAN_GRACE = 0.1\n"
        "with worker._OrphanLimit(0.1) as limit:\n"
        "    limit.renew()\n"
        "    __import__('re').match('(a+)+$', 'a' * 60 + 'b')\n"  # years, without a signal check
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=30)
    assert done.returncode == 1


def test_a_recipe_with_the_real_cleaner_is_small():
    recipe = Recipe(Cleaner.from_options, Options(), RECIPE.decoder, RECIPE.encoder)
    assert len(sandbox.pickle_recipe(recipe)) < 2000


def peaks_of(*words):
    """Megabytes that the main process and its largest worker had at most."""
    script = (
        "import pathlib, resource, batch_fakes\n"
        f"batch_fakes.main({[str(word) for word in (*words, '--quiet')]!r})\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(status.partition('VmHWM:')[2].split()[0], "
        "resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(peak) / 1000 for peak in done.stdout.split()]


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")


@needs_proc
def test_memory_does_not_grow_with_the_input(tmp_path):
    line = json.dumps({"text": "word " * 4000}) + "\n"
    peaks = []
    for megabytes in (10, 30):
        source = tmp_path / f"{megabytes}.jsonl"
        source.write_text(line * (megabytes * 50))
        peaks.append(peaks_of(source, f"{source}.gz"))
    (main_small, worker_small), (main_large, worker_large) = peaks
    assert main_large - main_small < 15
    assert worker_large - worker_small < 15


@needs_proc
def test_a_giant_document_never_enters_memory(tmp_path):
    """A line of JSON and a compressed page, each between two ordinary documents."""
    peaks = []
    for size in (1, GIANT):
        lines, tree = tmp_path / f"{size}.jsonl", tmp_path / f"{size}"
        tree.mkdir()
        with lines.open("wb") as stream, gzip.open(tree / "b.html.gz", "wb", 1) as page:
            stream.write(b'{"text": "one[spam:x]"}\n{"text": "')
            for _ in range(size):
                stream.write(b"x" * 1_000_000)
                page.write(b"x" * 1_000_000)
            stream.write(b'"}\n{"text": "two[spam:x]"}\n')
        for name in ("a", "c"):
            (tree / f"{name}.html").write_text(f"{name}[spam:x]")
        out = tmp_path / f"{size}.out"
        options = ["--jobs", 1, "--max-bytes", 900_000]
        peaks += [peaks_of(lines, f"{out}.jsonl", *options), peaks_of(tree, out, *options)]
        with Path(f"{out}.jsonl").open("rb") as stream:
            assert stream.readline() == b'{"text": "one"}\n'
        assert (out / "a.txt").read_text() == "a"
        assert (out / "c.txt").read_text() == "c"
        for report in (Path(f"{out}.jsonl.report.json"), out / "_report.json"):
            assert json.loads(report.read_text())["outcomes"]["failed"] == 1
    for small, large in zip(peaks[:2], peaks[2:], strict=True):
        assert all(after - before < 15 for before, after in zip(small, large, strict=True))


ANSWERS = st.builds(
    Answer,
    status=st.sampled_from(STATUSES),
    seconds=st.integers(0, 9).map(float),
    language=st.sampled_from(["", "en", "de-AT"]),
    spam_score=st.sampled_from([0.0, 0.4, 0.5, 1.0]),
    removed=st.sampled_from([(), (("gambling", 1, 5),), (("footer", 2, 3), ("share", 1, 1))]),
)


@settings(max_examples=50)
@given(answers=st.lists(ANSWERS, max_size=40), cut=st.integers(0, 40))
def test_tallies_add_up_and_survive_the_manifest(answers, cut):
    whole, first, second = Tally(), Tally(), Tally()
    for number, answer in enumerate(answers):
        whole.add(f"d{number}", answer, 10, 5)
        (first if number < cut else second).add(f"d{number}", answer, 10, 5)
    restored = Tally.from_dict(json.loads(json.dumps(first.to_dict())))
    restored.merge(second)
    report = make_report(whole, {})
    earlier = {"from_earlier_runs": first.documents}
    assert make_report(restored, {}) == {**report, **earlier}
    assert report["documents"] == len(answers) == sum(report["outcomes"].values())
    assert report["bytes_in"] == 10 * len(answers)
    languages = report["by_language"].values()
    assert sum(row["documents"] for row in languages) == len(answers)
    assert sum(row["removed_characters"] for row in languages) == sum(
        row["characters"] for row in report["removed_by_label"].values()
    )


def test_summary_fits_a_screen():
    tally = Tally()
    for number in range(2000):
        removed = ((f"label{number % 40}", 1, number),)
        answer = Answer("failed", detail="x", seconds=1, language=f"l{number}", removed=removed)
        tally.add(f"d{number}", answer, 10, 5)
    tally.add("empty", Answer("skipped", detail="no 'text'"), 10, 10)
    tally.earlier = 1
    lines = summarize(make_report(tally, {"seconds": 2.0, "ignored_files": 1})).splitlines()
    assert len(lines) <= 20
    assert lines[0] == (
        "2,001 documents, 1 of them finished by an earlier run: "
        "0 cleaned, 0 unchanged, 1 skipped, 2,000 failed"
    )
    assert "1,000.0 documents per second" in lines[1]
    assert "ignored: 1 other file" in lines
    assert "skipped: empty: no 'text'" in lines
    assert lines[-1] == "failed: 1,995 more, see the report"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_a_bar_on_a_terminal_and_plain_lines_elsewhere(monkeypatch):
    terminal = Terminal()
    progress = Progress(1000, stream=terminal)
    progress.advance(500)
    progress.close()
    assert "50%" in terminal.getvalue() or "500/1.00k" in terminal.getvalue()
    plain = io.StringIO()
    progress = Progress(1000, stream=plain)
    clock = progress._started
    monkeypatch.setattr("spamstrip.batch.progress.time.monotonic", lambda: clock + 40)
    progress.advance(250)
    progress.advance(0)
    assert plain.getvalue() == ("spamstrip: 1 document, 0.0 per second, 25.0%, about 120 s left\n")
