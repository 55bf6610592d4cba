"""The command through its real entry point."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_api import ARTICLE, FORM, PAGE

import spamstrip


def test_a_pipe_gives_the_article(run) -> None:
    done = run(stdin=f"{ARTICLE}\n\n{FORM}\n".encode())
    assert done.returncode == 0
    assert done.stdout.decode().strip() == ARTICLE
    assert done.stderr == b""


def test_a_clean_text_passes_byte_for_byte(run) -> None:
    for data in (ARTICLE.encode(), ARTICLE.replace("\n", "\r\n").encode() + b"\r\n"):
        assert run(stdin=data).stdout == data


def test_the_encoding_is_kept(run) -> None:
    text = "Le conseil a voté le plan après un long débat à l'hôtel de ville.\n"
    assert run(stdin=text.encode("cp1252")).stdout == text.encode("cp1252")
    assert run(stdin=text.encode("utf-16")).stdout == text.encode("utf-16")


def test_dash_and_files_in_order(run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("The first text says one thing.")
    (tmp_path / "two.txt").write_text("The second text says another.\n")
    done = run("one.txt", "-", "two.txt", stdin=b"The piped text stands between.\n")
    assert done.stdout.decode().splitlines() == [
        "The first text says one thing.",
        "The piped text stands between.",
        "The second text says another.",
    ]


def test_formats(run) -> None:
    assert run("--format", "markdown", stdin=PAGE.encode()).stdout.startswith(b"# Harbour plans")
    assert b"<p>" in run("--format", "html", stdin=PAGE.encode()).stdout
    record = json.loads(run("--format", "json", stdin=PAGE.encode()).stdout)
    assert record["title"] == "Harbour plans"
    assert record["kind"] == "html"


def test_the_kind_can_be_forced(run) -> None:
    done = run("--kind", "text", stdin=b"<p>The vote is in March, the council said.</p>")
    assert done.stdout == b"<p>The vote is in March, the council said.</p>"


def test_removed_lists_label_score_position_and_text(run) -> None:
    source = f"{ARTICLE}\n\n{FORM}\n"
    done = run("--removed", stdin=source.encode())
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert rows
    for _, score, position, text in rows:
        assert 0 <= float(score) <= 1
        start, end = map(int, position.split("-"))
        assert source[start:end].replace("\n", "\\n") == text
    done = run("--removed", "--format", "json", stdin=source.encode())
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["label"] for record in records] == [row[0] for row in rows]


def test_check_answers_by_exit_code_alone(run) -> None:
    clean, polluted = run("--check", stdin=ARTICLE.encode()), run("--check", stdin=PAGE.encode())
    assert (clean.returncode, clean.stdout, clean.stderr) == (0, b"", b"")
    assert (polluted.returncode, polluted.stdout, polluted.stderr) == (1, b"", b"")


def test_one_bad_input_does_not_stop_the_others(run, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("The vote is in March, the council said.\n")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    done = run("absent.txt", "image.png", "good.txt", ".")
    assert done.returncode == 3
    assert done.stdout == b"The vote is in March, the council said.\n"
    lines = done.stderr.decode().splitlines()
    assert lines[0] == "spamstrip: absent.txt: No such file or directory"
    assert lines[1].startswith("spamstrip: image.png: binary data")
    assert lines[2] == "spamstrip: .: Is a directory"
    assert len(lines) == 3


def test_broken_bytes_are_told_and_kept(run) -> None:
    done = run(stdin="Der Rat stimmt im März ab, sagte die Bürgermeisterin.".encode() + b"\xff\n")
    assert done.returncode == 0
    assert "März" in done.stdout.decode()
    assert done.stderr.decode().startswith("spamstrip: standard input: not valid UTF-8 at byte")


@pytest.mark.parametrize(
    "arguments", [["--format", "pdf"], ["--check", "--removed"], ["--unknown"], ["batch"]]
)
def test_wrong_use_is_exit_code_2(run, arguments: list[str]) -> None:
    done = run(*arguments, stdin=b"text")
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_a_missing_model_is_exit_code_4(run, tmp_path: Path) -> None:
    done = run("--model", tmp_path, stdin=b"The vote is in March.")
    assert done.returncode == 4
    assert done.stderr.count(b"\n") == 1
    assert b"no such model file" in done.stderr


def test_debug_shows_the_traceback(run) -> None:
    assert b"Traceback" in run("--debug", "absent.txt").stderr


def test_help_and_version(run) -> None:
    assert b"examples:" in run("--help").stdout
    assert run("--version").stdout.decode().strip() == f"spamstrip {spamstrip.__version__}"
    for command in ("batch", "train", "evaluate"):
        done = run(command, "--help")
        assert done.returncode == 0
        assert f"spamstrip {command}".encode() in done.stdout


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(f"{ARTICLE}\n\n" * 2000)
    process = subprocess.Popen(
        [sys.executable, "-m", "spamstrip", str(tmp_path / "long.txt")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout and process.stderr
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line_and_an_exit_code() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "spamstrip"],
            input=ARTICLE.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr == b"spamstrip: No space left on device\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user without rights")
def test_an_unreadable_file_is_named(run, tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("text")
    path.chmod(0)
    done = run(path)
    assert done.returncode == 3
    assert b"Permission denied" in done.stderr


def test_evaluate_scores_pairs_of_files(run, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "harbour.html").write_text(PAGE)
    (gold / "harbour.expected.txt").write_text(f"Harbour plans\n\n{ARTICLE}")
    done = run("evaluate", gold)
    assert done.returncode == 0
    assert "F1" in done.stdout.decode()
