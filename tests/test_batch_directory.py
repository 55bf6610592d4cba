"""Directories of documents: names, outcomes, refusals, through the real command line."""

import gzip
import json
import os
import sys
from pathlib import Path

import batch_fakes
import pytest

import spamstrip
from spamstrip.batch.names import claim_names, output_name


def write_tree(root, documents):
    for name, content in documents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def read_tree(root):
    """Everything a run wrote except what it keeps for itself."""
    own = ("_manifest.jsonl", "_report.json")
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in own
    }


def report_of(out):
    return json.loads((out / "_report.json").read_text())


@pytest.fixture
def tree(tmp_path):
    source = tmp_path / "in"
    write_tree(
        source,
        {
            "a.html": "<p>One lang:en [spam:x]two</p>",
            "a.txt": "kept as it is\n",
            "deep/er/b.htm": "<b>Three</b>",
            "deep/c.txt.gz": gzip.compress(b"Four[spam:yy]"),
            "deep/picture.jpg": b"\xff\xd8",
            "empty.txt": "",
        },
    )
    return source


def test_tree_is_mirrored_and_counted(tree, tmp_path):
    out = tmp_path / "out"
    assert batch_fakes.main([tree, out, "--jobs", 2, "--quiet"]) == 0
    found = read_tree(out)
    found["deep/c.txt.gz"] = gzip.decompress(found["deep/c.txt.gz"])
    assert found == {
        "a.html.txt": b"One lang:en two",
        "a.txt": b"kept as it is\n",
        "deep/er/b.txt": b"Three",
        "deep/c.txt.gz": b"Four",
        "empty.txt": b"",
    }
    report = report_of(out)
    assert report["outcomes"] == {"cleaned": 3, "unchanged": 2, "skipped": 0, "failed": 0}
    assert report["removed_by_label"]["gambling"] == {
        "family": "spam",
        "spans": 2,
        "characters": 17,
    }
    assert report["by_language"]["en"]["documents"] == 1
    assert report["spam_heavy"]["documents"] == 2
    assert report["ignored_files"] == 1


def test_real_command_cleans_a_directory(tmp_path, run):
    write_tree(tmp_path / "in", {"a.txt": "A plain sentence about the council.\n"})
    done = run("batch", "in", "out", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/a.txt").read_text() == "A plain sentence about the council.\n"
    assert b"1 document: 0 cleaned, 1 unchanged" in done.stderr
    assert done.stderr.endswith(b"report: out/_report.json\n")
    assert done.stdout == b""


def test_batch_gives_what_clean_gives(tmp_path, run):
    cases = sorted(Path(__file__).parent.parent.glob("fixtures/cases/*/input.*"))[:12]
    documents = {f"{path.parent.name}{path.suffix}": path.read_bytes() for path in cases}
    write_tree(tmp_path / "in", documents)
    assert run("batch", "in", "out", "--jobs", "2").returncode == 0
    expected = {
        f"{name.rpartition('.')[0]}.txt": spamstrip.clean(
            content, kind="html" if name.endswith(".html") else "text"
        ).encode()
        for name, content in documents.items()
    }
    assert read_tree(tmp_path / "out") == expected


@pytest.mark.parametrize(("output", "name"), [("markdown", "a.md"), ("json", "a.json")])
def test_extension_follows_the_format(tmp_path, output, name):
    write_tree(tmp_path / "in", {"a.html": "<p>x</p>"})
    out = tmp_path / "out"
    assert batch_fakes.main([tmp_path / "in", out, "--format", output, "--quiet"]) == 0
    assert list(read_tree(out)) == [name]


def test_colliding_names_lose_nothing():
    names = ["a.htm", "a.html", "a.html.txt", "a.txt", "b.html", "b.xhtml", "c.html"]
    claimed = claim_names(names, output_name("text"))
    assert claimed == {
        "a.htm": "a.htm.txt",
        "a.html": "a.html~2.txt",
        "a.html.txt": "a.html.txt",
        "a.txt": "a.txt",
        "b.html": "b.html.txt",
        "b.xhtml": "b.xhtml.txt",
        "c.html": "c.txt",
    }


def test_names_that_are_too_long_or_taken_by_a_directory(tmp_path):
    long = "é" * 124 + "abc.htm"  # 255 bytes; .html would be one too many
    write_tree(tmp_path / "in", {long: "<p>x</p>", "a.htm": "<p>y</p>", "a.html/b.htm": "<p>z</p>"})
    out = tmp_path / "out"
    assert batch_fakes.main([tmp_path / "in", out, "--format", "html", "--quiet"]) == 0
    found = read_tree(out)
    assert {name[:20]: content for name, content in found.items()} == {
        "a.htm.html": b"y",
        "a.html/b.html": b"z",
        "é" * 20: b"x",
    }


def test_names_of_the_run_itself_are_never_taken(tmp_path):
    write_tree(
        tmp_path / "in",
        {"_report.html": "<p>x</p>", "_spamstrip_partial/x.txt": "x", "_manifest.jsonl": "{}"},
    )
    out = tmp_path / "out"
    assert batch_fakes.main([tmp_path / "in", out, "--format", "json", "--quiet"]) == 0
    assert list(read_tree(out)) == ["_report.html.json"]
    assert report_of(out)["documents"] == 1


def test_bad_documents_cost_only_themselves(tmp_path):
    bad = {
        "crash.txt": "CRASH",
        "segfault.html": "<p>SEGFAULT</p>",
        "hang.txt": "HANG",
        "raise.txt": "RAISE",
        "memory.txt": "MEMORY",
        "deep.txt": "DEEP",
        "large.txt": "x" * 3000,
        "bomb.txt.gz": gzip.compress(b"0" * 1_000_000),
        "cut.txt.gz": gzip.compress(os.urandom(500))[:-20],
    }
    good = {f"good{number}.txt": f"{number}[spam:x]" for number in range(20)}
    write_tree(tmp_path / "in", {**bad, **good})
    out = tmp_path / "out"
    options = ["--jobs", 2, "--timeout", 1, "--max-bytes", 2000, "--quiet"]
    assert batch_fakes.main([tmp_path / "in", out, *options]) == 1
    report = report_of(out)
    assert report["outcomes"] == {"cleaned": 20, "unchanged": 0, "skipped": 0, "failed": 9}
    details = {entry["document"]: entry["detail"] for entry in report["failures"]}
    assert details["crash.txt"] == "crashed its worker process twice (exit code 41)"
    assert details["segfault.html"] == "crashed its worker process twice (signal 11)"
    assert details["hang.txt"] == "over the time limit of 1 s (--timeout)"
    assert details["raise.txt"] == "KeyError: 'a bug in the cleaner'"
    assert details["large.txt"] == "too large: 3,000 bytes, limit 2,000 (--max-bytes)"
    assert details["bomb.txt.gz"] == "too large: limit 2,000 (--max-bytes)"
    assert details["cut.txt.gz"].startswith("EOFError")
    found = read_tree(out)
    for name in bad:  # passed on as they came
        assert found[name] == (tmp_path / "in" / name).read_bytes()
    for name, content in good.items():
        assert found[name].decode() == content.partition("[")[0]


def test_failed_documents_are_left_out_or_stop_the_run(tmp_path, capsys):
    write_tree(tmp_path / "in", {"a.txt": "a", "b.txt": "RAISE", "c.txt": "c"})
    assert batch_fakes.main([tmp_path / "in", tmp_path / "skip", "--on-error", "skip"]) == 1
    assert sorted(read_tree(tmp_path / "skip")) == ["a.txt", "c.txt"]
    assert batch_fakes.main([tmp_path / "in", tmp_path / "fail", "--on-error", "fail"]) == 3
    assert "stopped at b.txt" in capsys.readouterr().err
    assert sorted(read_tree(tmp_path / "fail")) == ["a.txt"]
    assert batch_fakes.main([tmp_path / "in", tmp_path / "fail", "--resume", "--quiet"]) == 1
    assert sorted(read_tree(tmp_path / "fail")) == ["a.txt", "b.txt", "c.txt"]


def test_worker_killed_from_outside_is_tried_again(tmp_path):
    write_tree(tmp_path / "in", {"a.txt": f"ONCE:{tmp_path / 'marker'} [spam:x]", "b.txt": "b"})
    assert batch_fakes.main([tmp_path / "in", tmp_path / "out", "--quiet"]) == 0
    assert (tmp_path / "marker").exists()
    assert report_of(tmp_path / "out")["outcomes"]["cleaned"] == 1


def test_links_and_strange_names(tmp_path):
    source = tmp_path / "in"
    write_tree(source, {"a.txt": "a", "sub/b.txt": "b"})
    (source / "loop").symlink_to(source)
    (source / "link.txt").symlink_to(source / "a.txt")
    (source / "dangling.txt").symlink_to(source / "nothing")
    os.mkfifo(source / "pipe.txt")
    strange = os.fsencode(str(source)) + b"/caf\xe9.txt"
    Path(os.fsdecode(strange)).write_text("latin name")
    out = tmp_path / "out"
    assert batch_fakes.main([source, out, "--quiet"]) == 1
    found = {os.fsencode(name) for name in read_tree(out)}
    assert found == {b"a.txt", b"link.txt", b"caf\xe9.txt", b"sub/b.txt"}
    report = report_of(out)
    assert {entry["document"] for entry in report["failures"]} == {"dangling.txt", "pipe.txt"}
    assert report["ignored_files"] == 1


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("missing", "out", "cannot read missing: No such file or directory"),
        ("in", "in", "output in is the input itself"),
        ("in", "in/out", "output in/out lies inside the input in"),
        ("in", ".", "input in lies inside the output ."),
        ("in", "full", "output full is not empty; add --overwrite"),
        ("in", "file.txt", "output file.txt exists; add --overwrite"),
        ("in/a.txt", "out", "in/a.txt is a single document; use: spamstrip in/a.txt"),
        ("unknown.bin", "out", "cannot tell the format of unknown.bin"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(
    tmp_path, monkeypatch, capsys, source, target, message
):
    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path, {"in/a.txt": "a", "full/x": "x", "file.txt": "x", "unknown.bin": "x"})
    before = read_tree(tmp_path)
    assert batch_fakes.main([source, target]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert read_tree(tmp_path) == before


def test_a_report_that_cannot_be_written_is_told_before_the_work(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path, {"in/a.txt": "a"})
    assert batch_fakes.main(["in", "out", "--report", "missing/report.json"]) == 2
    assert "cannot write missing/report.json: missing is no dir" in capsys.readouterr().err
    assert not Path("out").exists()


def test_directory_that_cannot_be_listed(tmp_path, capsys):
    locked = tmp_path / "in"
    locked.mkdir(mode=0)
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read everything")
    assert batch_fakes.main([locked, tmp_path / "out"]) == 2
    assert "Permission denied" in capsys.readouterr().err


def test_empty_directory_says_so(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert batch_fakes.main([tmp_path / "in", tmp_path / "out"]) == 0
    assert "no documents in" in capsys.readouterr().err


def test_second_run_needs_resume_or_overwrite(tree, tmp_path, capsys):
    out = tmp_path / "out"
    assert batch_fakes.main([tree, out, "--quiet"]) == 0
    first = read_tree(out)
    assert batch_fakes.main([tree, out, "--quiet"]) == 2
    assert "add --resume" in capsys.readouterr().err
    assert batch_fakes.main([tree, out, "--overwrite", "--quiet"]) == 0
    assert read_tree(out) == first


def test_a_model_that_cannot_be_loaded_is_no_documents_fault(tree, tmp_path, run):
    done = run("batch", tree, tmp_path / "out", "--model", tmp_path / "nowhere")
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("backend", ["dask", "ray", "spark"])
def test_missing_cluster_package_is_one_line(tree, tmp_path, monkeypatch, capsys, backend):
    for package in ("distributed", "ray", "pyspark.sql", "joblibspark"):
        monkeypatch.setitem(sys.modules, package, None)
    assert batch_fakes.main([tree, tmp_path / "out", "--backend", backend]) == 2
    assert f"pip install 'spamstrip[{backend}]'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
