"""Nothing lost, nothing repeated: kills, full disks, broken shards, changed inputs."""

import fcntl
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import batch_fakes
import pytest
from test_batch_directory import read_tree, report_of, write_tree

# More of both for a long run: TEST_KILLS=20 TEST_DOCUMENTS=2000 pytest tests/test_batch_resume.py
KILLS = int(os.environ.get("TEST_KILLS", "2"))
COUNT = int(os.environ.get("TEST_DOCUMENTS", "90"))
SMALL_STEPS = {"TEST_CHECKPOINT_BYTES": "2000", "TEST_GROUP_FILES": "4"}


def start(*words, limit=None):
    """The batch command in a process of its own, with frequent checkpoints."""
    paths = os.pathsep.join([str(Path(batch_fakes.__file__).parent.parent)])
    return subprocess.Popen(
        [sys.executable, batch_fakes.__file__, *map(str, words)],
        env={**os.environ, **SMALL_STEPS, "PYTHONPATH": paths},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - no threads here yet
    )


def finish(process):
    _, error = process.communicate(timeout=100)
    return process.returncode, error


def workers_of(process):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process.pid:
            found.append(int(path.parent.name))
    return found


def documents(count, slow=0.01):
    return [
        f"document {n} SLOW:{slow} lang:en [spam:{n}] {'word ' * (n % 50)}" for n in range(count)
    ]


def write_jsonl(path, texts):
    path.write_text("".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(texts)))


@pytest.fixture(scope="module", params=["tree", "jsonl", "parquet"])
def undisturbed(request, tmp_path_factory):
    """The same documents in three forms, and what an undisturbed run makes of them."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "tree":
        source, plain = folder / "in", folder / "plain"
        write_tree(source, {f"{n % 7}/{n}.txt": text for n, text in enumerate(documents(COUNT))})
    elif request.param == "jsonl":
        source, plain = folder / "in.jsonl", folder / "plain.jsonl.gz"
        write_jsonl(source, documents(COUNT))
    else:
        arrow, parquet = map(pytest.importorskip, ("pyarrow", "pyarrow.parquet"))
        source, plain = folder / "in.parquet", folder / "plain.parquet"
        parquet.write_table(arrow.table({"text": documents(COUNT)}), source, row_group_size=200)
    assert finish(start(source, plain, "--jobs", 2, "--quiet"))[0] == 0
    return source, plain


@pytest.fixture
def case(undisturbed, tmp_path):
    """(input, output still to be written, what it has to be)."""
    source, plain = undisturbed
    return source, tmp_path / plain.name, content_of(plain)


def content_of(path):
    return read_tree(path) if path.is_dir() else path.read_bytes()


def outcomes_of(path):
    report = path / "_report.json" if path.is_dir() else path.with_name(path.name + ".report.json")
    return json.loads(report.read_text())["outcomes"]


def wait_until(process, condition):
    """Poll until the condition holds or the process has ended."""
    while process.poll() is None and not condition():
        time.sleep(0.01)


def manifest_size(out):
    path = out / "_manifest.jsonl" if out.suffix == "" else out.with_name(out.name + ".manifest")
    return path.stat().st_size if path.exists() else 0


def test_killed_at_random_moments_it_resumes_to_the_same_output(case, tmp_path):
    source, out, expected = case
    rng = random.Random(5)
    kills = 0
    for _ in range(KILLS):
        before = manifest_size(out)
        process = start(source, out, "--resume", "--jobs", 2, "--quiet", "--batch-bytes", 500)
        wait_until(process, lambda before=before: manifest_size(out) != before)
        time.sleep(rng.uniform(0, 0.3))
        kills += process.poll() is None
        process.kill()
        finish(process)
    code, error = finish(start(source, out, "--resume", "--jobs", 1, "--quiet"))
    assert code == 0, error
    assert kills
    assert content_of(out) == expected
    assert outcomes_of(out) == {"cleaned": COUNT, "unchanged": 0, "skipped": 0, "failed": 0}
    assert not list(tmp_path.rglob("*partial*"))


def test_workers_killed_at_random_moments_cost_nothing(case):
    source, out, expected = case
    rng = random.Random(6)
    process = start(source, out, "--jobs", 2, "--quiet", "--batch-bytes", 500)
    kills = 0
    while process.poll() is None and kills < KILLS:
        wait_until(process, lambda: workers_of(process))
        time.sleep(rng.uniform(0, 0.4))
        if workers := workers_of(process):
            os.kill(rng.choice(workers), signal.SIGKILL)
            kills += 1
    code, error = finish(process)
    assert code == 0, error
    assert kills
    assert content_of(out) == expected


def test_full_disk_stops_cleanly_and_resumes(case):
    source, out, expected = case

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    code, error = finish(start(source, out, "--jobs", 2, "--quiet", limit=small_files))
    assert code == 3
    assert error.count("\n") == 1
    assert "cannot write" in error and "--resume" in error
    code, error = finish(start(source, out, "--resume", "--jobs", 2, "--quiet"))
    assert code == 0, error
    assert content_of(out) == expected


def test_full_filesystem(tmp_path):
    target = tmp_path / "small"
    target.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(target)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not allowed here")
    try:
        write_tree(tmp_path / "in", {f"{n}.txt": f"{n} " + "word " * 400 for n in range(60)})
        code, error = finish(start(tmp_path / "in", target / "out", "--quiet"))
        assert code == 3
        assert "No space left on device" in error
        subprocess.run(["mount", "-o", "remount,size=9m", str(target)], check=True)
        assert finish(start(tmp_path / "in", target / "out", "--resume", "--quiet"))[0] == 0
        assert read_tree(target / "out") == read_tree(tmp_path / "in")
    finally:
        subprocess.run(["umount", str(target)], check=True)


def test_finished_documents_are_not_repeated(tmp_path):
    source, out, count = tmp_path / "in", tmp_path / "out", tmp_path / "count"
    write_tree(source, {f"{n}.txt": f"COUNT:{count} {n}[spam:x]" for n in range(5)})
    (source / "bad.txt").write_text(f"COUNT:{count} RAISE")
    assert batch_fakes.main([source, out, "--quiet"]) == 1
    first = read_tree(out)
    (out / "1.txt").unlink()  # lost
    (out / "2.txt").write_text("short")  # damaged
    (source / "3.txt").write_text(f"COUNT:{count} new[spam:x]")  # changed
    (source / "4.txt").touch()  # same content, other time
    (source / "new.txt").write_text(f"COUNT:{count} another")
    assert batch_fakes.main([source, out, "--resume", "--quiet"]) == 1
    assert len(count.read_text()) == 6 + 4
    again = read_tree(out)
    assert again.pop("new.txt") == f"COUNT:{count} another".encode()
    assert again == {**first, "3.txt": f"COUNT:{count} new".encode()}
    assert report_of(out)["outcomes"] == {"cleaned": 5, "unchanged": 1, "skipped": 0, "failed": 1}


def test_finished_shards_are_not_repeated_and_repaired_ones_are(tmp_path, capsys):
    source, out, count = tmp_path / "in", tmp_path / "out", tmp_path / "count"
    source.mkdir()
    write_jsonl(source / "a.jsonl", [f"COUNT:{count} a[spam:x]"] * 3)
    whole = "".join(
        json.dumps({"n": n, "text": f"COUNT:{count} {random.Random(n).random()}"}) + "\n"
        for n in range(2000)
    )
    packed = gzip.compress(whole.encode())
    (source / "b.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    assert batch_fakes.main([source, out]) == 1
    assert "truncated or corrupt after" in capsys.readouterr().err
    outcomes = report_of(out)["outcomes"]
    assert outcomes["cleaned"] == 3
    assert outcomes["failed"] == 1
    assert 500 < outcomes["unchanged"] < 1500
    kept = gzip.decompress((out / "b.jsonl.gz").read_bytes()).decode()
    assert whole.startswith(kept)
    assert kept.count("\n") == outcomes["unchanged"]
    cleaned = len(count.read_text())
    assert batch_fakes.main([source, out, "--resume", "--quiet"]) == 1
    assert len(count.read_text()) == cleaned
    (source / "b.jsonl.gz").write_bytes(packed)
    assert batch_fakes.main([source, out, "--resume", "--quiet"]) == 0
    assert len(count.read_text()) == cleaned + 2000
    assert gzip.decompress((out / "b.jsonl.gz").read_bytes()).decode() == whole
    assert report_of(out)["outcomes"] == {
        "cleaned": 3,
        "unchanged": 2000,
        "skipped": 0,
        "failed": 0,
    }


def test_a_line_cut_off_in_the_manifest_is_dropped(tmp_path):
    write_tree(tmp_path / "in", {"a.txt": "a", "b.txt": "b"})
    out = tmp_path / "out"
    assert batch_fakes.main([tmp_path / "in", out, "--quiet"]) == 0
    manifest = out / "_manifest.jsonl"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:-30])
    (out / "b.txt").unlink()
    assert batch_fakes.main([tmp_path / "in", out, "--resume", "--quiet"]) == 0
    assert (out / "b.txt").read_text() == "b"
    lines = manifest.read_bytes().splitlines()
    assert [json.loads(line).get("document") for line in lines] == [None, "a.txt", "b.txt"]


def test_other_settings_and_a_second_run_are_refused(tmp_path, capsys):
    write_tree(tmp_path / "in", {"a.txt": "a"})
    out = tmp_path / "out"
    assert batch_fakes.main([tmp_path / "in", out, "--quiet"]) == 0
    words = [tmp_path / "in", out, "--resume"]
    assert batch_fakes.main([*words, "--preset", "strict"]) == 2
    assert "the earlier run had preset='balanced'" in capsys.readouterr().err
    with (out / "_manifest.jsonl").open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert batch_fakes.main(words) == 2
    assert "another run is writing there" in capsys.readouterr().err
    assert batch_fakes.main(["-", out / "x.jsonl", "--resume"]) == 2
    assert "a pipe cannot be resumed" in capsys.readouterr().err


def test_interrupt_ends_with_one_line(tmp_path):
    write_jsonl(tmp_path / "in.jsonl", documents(50, slow=0.2))
    process = start(tmp_path / "in.jsonl", tmp_path / "out.jsonl", "--jobs", 2)
    wait_until(process, lambda: workers_of(process))
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    code, error = finish(process)
    assert code == 130
    assert error == "spamstrip: interrupted; --resume continues the run\n"
