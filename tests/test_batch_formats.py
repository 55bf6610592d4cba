"""JSON Lines, Parquet, WARC and WET: what goes in comes out cleaned, the rest is carried."""

import gzip
import io
import json
import subprocess
import sys

import batch_fakes
import pytest
from test_batch_directory import write_tree

from spamstrip.batch.formats import parquet as formats_parquet


def lines_of(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def report_of(out):
    return json.loads(out.with_name(out.name + ".report.json").read_text())


def clean(*words):
    return batch_fakes.main([*words, "--jobs", 1, "--quiet"])


RECORDS = [
    {"id": 1, "text": "one [spam:x]two", "score": 0.5, "nested": {"a": [1, None]}},
    {"url": "u", "html": "<p>three</p>[spam:y]", "lang": "de-AT"},
    {"id": 3, "text": "чистый текст ✓"},
    {"id": 4, "other": "nothing to clean"},
    {"id": 5, "text": None, "html": None},
]


def write_records(path, records=RECORDS):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_jsonl_cleans_one_field_and_carries_the_rest(tmp_path):
    source, out = write_records(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    assert clean(source, out) == 0
    assert lines_of(out) == [
        {**RECORDS[0], "text": "one two"},
        {"url": "u", "lang": "de-AT", "text": "three"},
        *RECORDS[2:],
    ]
    report = report_of(out)
    assert report["outcomes"] == {"cleaned": 2, "unchanged": 1, "skipped": 2, "failed": 0}
    assert report["by_language"]["de"]["documents"] == 1


def test_named_fields_and_extra_fields(tmp_path):
    record = {"raw": "<b>a</b>[spam:x]", "text": "not looked at"}
    source = write_records(tmp_path / "in.jsonl", [record, {"raw": "RAISE"}])
    out = tmp_path / "out.jsonl"
    extra = "title,labels,removed,spam_score,spam,kind,status,error"
    fields = ["--html-field", "raw", "--text-field", "body", "--fields", extra]
    assert clean(source, out, *fields) == 1
    cleaned, failed = lines_of(out)
    assert cleaned == {
        "text": "not looked at",
        "body": "a",
        "spamstrip_title": "Title",
        "spamstrip_labels": ["gambling"],
        "spamstrip_removed": [
            {
                "label": "gambling",
                "family": "spam",
                "score": 0.9,
                "start": 1,
                "end": 9,
                "text": "[spam:x]",
            }
        ],
        "spamstrip_spam_score": 0.9,
        "spamstrip_spam": True,
        "spamstrip_kind": "html",
        "spamstrip_status": "cleaned",
        "spamstrip_error": None,
    }
    assert failed["raw"] == "RAISE"
    assert failed["spamstrip_status"] == "failed"
    assert failed["spamstrip_error"] == "KeyError: 'a bug in the cleaner'"


def test_bad_lines_are_failures_of_their_own(tmp_path):
    lines = [
        b'{"text": "fine"}',
        b"{broken",
        b"[1, 2]",
        b'{"text": 7}',
        b'{"text": "' + b"x" * 5_000_000 + b'"}',
        b'{"text": "\xff\xfe"}',
        b'{"text": "\\ud800 lone"}',
        b"",
        b'{"text": "no newline at the end"}',
    ]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join(lines))
    assert clean(source, out, "--max-bytes", 1_000_000) == 1
    assert report_of(out)["outcomes"] == {"cleaned": 0, "unchanged": 3, "skipped": 0, "failed": 5}
    details = [entry["detail"] for entry in report_of(out)["failures"]]
    assert details[0].startswith("not JSON: Expecting property name")
    kept = out.read_bytes().splitlines()
    assert kept[1:6] == lines[1:6]  # byte for byte
    assert json.loads(kept[6]) == {"text": "\ud800 lone"}
    assert len(kept) == 8
    left = tmp_path / "left.jsonl"
    assert clean(source, left, "--max-bytes", 1_000_000, "--on-error", "skip") == 1
    assert len(left.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_shards(tmp_path, suffix):
    storage = pytest.importorskip("spamstrip.batch.storage")
    if suffix == ".zst":
        pytest.importorskip("zstandard")
    content = b"".join(b'{"text": "%d[spam:x]"}\n' % n for n in range(3000))
    packed = storage.compress(content[:20_000], suffix) + storage.compress(content[20_000:], suffix)
    source = tmp_path / "in" / f"a.jsonl{suffix}"
    write_tree(tmp_path, {f"in/a.jsonl{suffix}": packed})
    assert clean(tmp_path / "in", tmp_path / "out") == 0
    cleaned = storage.decompress((tmp_path / "out" / source.name).read_bytes(), suffix, 1 << 20)
    assert cleaned == content.replace(b"[spam:x]", b"")
    source.write_bytes(packed[:-100])
    assert clean(tmp_path / "in", tmp_path / "cut") == 1
    part = storage.decompress((tmp_path / "cut" / source.name).read_bytes(), suffix, 1 << 20)
    assert cleaned.startswith(part)


def test_pipes(tmp_path):
    done = subprocess.run(
        [sys.executable, batch_fakes.__file__, "-", "-"],
        input=b'{"text": "a[spam:x]"}\n{"text": "RAISE"}\n',
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == b'{"text": "a"}\n{"text": "RAISE"}\n'
    assert b"2 documents" in done.stderr
    assert b"failed: stdin#1: KeyError" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_reader_that_has_had_enough(tmp_path):
    line = b'{"text": "' + b"a" * 100_000 + b'"}\n'
    done = subprocess.run(
        f"{sys.executable} -m spamstrip batch - - --from jsonl --html-field h | head -c 5",
        shell=True,
        input=line * 100,
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.stdout == line[:5]
    assert done.stderr == b""


def test_directory_of_documents_into_one_file(tmp_path):
    write_tree(tmp_path, {"in/b/x.html": "<p>x</p>", "in/a.txt.gz": gzip.compress(b"a[spam:x]")})
    out = tmp_path / "out.jsonl.gz"
    assert clean(tmp_path / "in", out) == 0
    rows = [json.loads(line) for line in gzip.decompress(out.read_bytes()).splitlines()]
    assert rows == [{"path": "a.txt.gz", "text": "a"}, {"path": "b/x.html", "text": "x"}]


# Parquet


@pytest.fixture
def parquet():
    return pytest.importorskip("pyarrow.parquet")


def write_parquet(parquet, path, rows, group=4):
    import pyarrow

    table = pyarrow.Table.from_pylist(rows)
    parquet.write_table(table, path, row_group_size=group)
    return path


def test_parquet_keeps_columns_types_and_order(tmp_path, parquet, monkeypatch):
    rows = [
        {"id": n, "tags": ["a", str(n)], "text": None if n == 3 else f"{n}[spam:x]", "f": n / 3}
        for n in range(600)
    ]
    source, out = write_parquet(parquet, tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    monkeypatch.setenv("TEST_CHECKPOINT_BYTES", "1000")
    assert clean(source, out, "--fields", "status,removed,spam") == 0
    table = parquet.read_table(out)
    assert table.schema.field("tags").type == parquet.read_schema(source).field("tags").type
    found = table.to_pylist()
    assert [row["id"] for row in found] == list(range(600))
    assert found[3]["text"] is None
    assert found[3]["spamstrip_status"] == "skipped"
    assert found[5]["text"] == "5"
    assert found[5]["tags"] == ["a", "5"]
    assert found[5]["f"] == 5 / 3
    assert found[5]["spamstrip_removed"][0]["label"] == "gambling"
    assert found[5]["spamstrip_spam"] is True
    assert not (tmp_path / "out.parquet.partial").exists()


def test_parquet_resumes_from_its_parts(tmp_path, parquet, monkeypatch):
    rows = [{"id": n, "text": f"{n}[spam:x]" + "y" * 50} for n in range(300)]
    rows[200]["text"] = "RAISE"
    source = write_parquet(parquet, tmp_path / "in.parquet", rows)
    stopped, whole = tmp_path / "stopped.parquet", tmp_path / "whole.parquet"
    monkeypatch.setenv("TEST_CHECKPOINT_BYTES", "2000")
    assert clean(source, stopped, "--on-error", "fail") == 3
    parts = tmp_path / "stopped.parquet.partial"
    assert len(list(parts.iterdir())) >= 3
    (parts / ".000099.parquet.1.tmp").touch()  # what a crash in the middle of a part leaves
    assert clean(source, stopped, "--resume") == 1
    assert clean(source, whole) == 1
    assert stopped.read_bytes() == whole.read_bytes()
    assert not parts.exists()


def test_parquet_html_failures_keep_their_page(tmp_path, parquet):
    rows = [{"html": b"<p>a</p>", "n": 1}, {"html": b"<p>RAISE</p>", "n": 2}]
    source, out = write_parquet(parquet, tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    assert clean(source, out) == 1
    assert parquet.read_table(out).to_pylist() == [
        {"html": None, "n": 1, "text": "a"},
        {"html": b"<p>RAISE</p>", "n": 2, "text": None},
    ]


def test_parquet_to_jsonl_and_back(tmp_path, parquet):
    rows = [{"id": n, "text": f"{n}[spam:x]"} for n in range(10)]
    source = write_parquet(parquet, tmp_path / "in.parquet", rows)
    middle, back = tmp_path / "middle.jsonl", tmp_path / "back.parquet"
    assert clean(source, middle) == 0
    assert lines_of(middle) == [{"id": n, "text": str(n)} for n in range(10)]
    assert clean(middle, back) == 0
    found = parquet.read_table(back).to_pylist()
    assert [json.loads(row["fields"]) for row in found] == [{"id": n} for n in range(10)]
    assert [row["text"] for row in found] == [str(n) for n in range(10)]


def test_cleaning_twice_and_joining_different_files(tmp_path, parquet):
    one = write_parquet(parquet, tmp_path / "one.parquet", [{"text": "1[spam:x]", "a": 1}])
    again, both = tmp_path / "again" / "x.parquet", tmp_path / "both.parquet"
    again.parent.mkdir()
    assert clean(one, again, "--fields", "status,title") == 0
    twice = tmp_path / "twice.parquet"
    assert clean(again, twice, "--fields", "status") == 0
    assert parquet.read_table(twice).to_pylist() == [
        {"text": "1", "a": 1, "spamstrip_title": "Title", "spamstrip_status": "unchanged"}
    ]
    write_parquet(parquet, again.parent / "y.parquet", [{"text": "2", "b": 2}])
    assert clean(again.parent, both, "--from", "parquet") == 0
    rows = parquet.read_table(both).to_pylist()
    assert [row["text"] for row in rows] == ["1", "2"]
    assert json.loads(rows[1]["fields"]) == {"b": 2}


def test_parquet_damaged_in_the_middle_keeps_what_is_before(tmp_path, parquet):
    import pyarrow

    table = pyarrow.table({"text": [f"{n} " + "y" * 500 for n in range(3000)]})
    source, out = tmp_path / "in.parquet", tmp_path / "out.jsonl"
    parquet.write_table(table, source, row_group_size=1000, write_page_checksum=True)
    column = parquet.ParquetFile(source).metadata.row_group(1).column(0)
    data = bytearray(source.read_bytes())
    data[column.dictionary_page_offset + column.total_compressed_size // 2] ^= 1
    source.write_bytes(data)
    assert clean(source, out) == 1
    report = report_of(out)
    assert report["outcomes"] == {"cleaned": 0, "unchanged": 1000, "skipped": 0, "failed": 1}
    assert "truncated or corrupt after 1,000 records" in report["failures"][0]["detail"]
    assert lines_of(out) == [{"text": f"{n} " + "y" * 500} for n in range(1000)]


def test_large_parquet_rows_are_read_a_few_at_a_time(tmp_path, parquet, monkeypatch):
    rows = [{"id": n, "text": f"{n}[spam:x]" + "y" * 5000} for n in range(300)]
    source = write_parquet(parquet, tmp_path / "in.parquet", rows, group=300)
    assert clean(source, tmp_path / "one.parquet") == 0
    monkeypatch.setattr(formats_parquet, "READ_BYTES", 12_000)
    batches = formats_parquet._batches(parquet.ParquetFile(source))
    assert max(batch.num_rows for batch in batches) < 20
    assert clean(source, tmp_path / "two.parquet") == 0
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_damaged_parquet_is_one_failure(tmp_path, parquet):
    rows = [{"text": f"{n}"} for n in range(10)]
    write_parquet(parquet, tmp_path / "whole.parquet", rows)
    data = (tmp_path / "whole.parquet").read_bytes()
    write_tree(tmp_path, {"in/a.jsonl": '{"text": "a"}\n', "in/b.parquet": data[:-40]})
    out = tmp_path / "out"
    assert clean(tmp_path / "in", out) == 1
    report = json.loads((out / "_report.json").read_text())
    assert report["outcomes"] == {"cleaned": 0, "unchanged": 1, "skipped": 0, "failed": 1}
    assert report["failures"][0]["document"] == "b.parquet#0"
    assert parquet.read_table(out / "b.parquet").num_rows == 0


# WARC and WET


def warc_record(kind, url, content, content_type):
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-05-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{url}>\r\n"
        f"WARC-Identified-Content-Language: deu,eng\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def response(url, body, content_type="text/html; charset=iso-8859-1", status="200 OK"):
    http = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n\r\n".encode() + body
    return warc_record("response", url, http, "application/http; msgtype=response")


def make_warc():
    return [
        warc_record("warcinfo", "info", b"software: test\r\n", "application/warc-fields"),
        response("http://a.example/1", "<p>Stra\xdfe</p>[spam:x]".encode("latin-1")),
        warc_record("request", "http://a.example/1", b"GET / HTTP/1.1\r\n\r\n", "application/http"),
        response("http://a.example/2", b"\x89PNG", "image/png"),
        response("http://a.example/3", b"<p>gone</p>", status="404 Not Found"),
        response("http://a.example/4", b"<p>RAISE</p>"),
    ]


@pytest.fixture
def fastwarc():
    return pytest.importorskip("fastwarc.warc")


def read_wet(fastwarc, data):
    return [
        (
            record.headers["WARC-Type"],
            record.headers["WARC-Target-URI"],
            record.reader.read(),
        )
        for record in fastwarc.ArchiveIterator(io.BytesIO(data))
    ]


def test_warc_to_wet_and_wet_to_wet(tmp_path, fastwarc):
    data = b"".join(gzip.compress(record) for record in make_warc())
    (tmp_path / "a.warc.gz").write_bytes(data)
    out = tmp_path / "a.warc.wet.gz"
    assert clean(tmp_path / "a.warc.gz", out) == 1
    found = read_wet(fastwarc, out.read_bytes())
    assert found == [
        ("conversion", "http://a.example/1", "Straße".encode()),
        ("resource", "http://a.example/4", b"<p>RAISE</p>"),
    ]
    assert report_of(out)["by_language"]["deu"]["documents"] == 1
    again = tmp_path / "b.warc.wet"
    assert clean(out, again) == 0
    assert read_wet(fastwarc, again.read_bytes()) == found[:1]


def test_warc_to_jsonl_through_a_tree(tmp_path, fastwarc):
    write_tree(tmp_path, {"in/x/a.warc": b"".join(make_warc())})
    assert clean(tmp_path / "in", tmp_path / "out", "--to", "jsonl") == 1
    first, second = lines_of(tmp_path / "out/x/a.jsonl")
    assert first == {
        "id": "urn:uuid:http://a.example/1",
        "url": "http://a.example/1",
        "date": "2024-05-01T00:00:00Z",
        "text": "Straße",
    }
    assert second["html"] == "<p>RAISE</p>"


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet", ".warc.gz"])
def test_poisoned_records_cost_only_themselves(tmp_path, suffix):
    texts = [f"good {n}" for n in range(12)]
    texts[3], texts[6], texts[9] = "CRASH", "HANG", "x" * 3000
    source, out = tmp_path / f"in{suffix}", tmp_path / "out.jsonl"
    write_shard(source, texts)
    options = ["--timeout", 1, "--max-bytes", 2000]
    assert clean(source, out, *options) == 1
    report = report_of(out)
    assert report["documents"] == 12
    assert report["outcomes"]["failed"] == 3
    failures = {entry["document"]: entry["detail"] for entry in report["failures"]}
    assert failures == {
        f"in{suffix}#3": "crashed its worker process twice (exit code 41)",
        f"in{suffix}#6": "over the time limit of 1 s (--timeout)",
        f"in{suffix}#9": failures[f"in{suffix}#9"],
    }
    assert failures[f"in{suffix}#9"].startswith("too large: ")
    found = [row.get("text", row.get("html")) for row in lines_of(out)]
    assert [text for text in found if text.startswith("good")] == [
        text for text in texts if text.startswith("good")
    ]


def write_shard(path, texts):
    """The same texts as JSON Lines, Parquet or WARC."""
    if path.suffix == ".jsonl":
        write_records(path, [{"text": text} for text in texts])
    elif path.suffix == ".parquet":
        write_parquet(pytest.importorskip("pyarrow.parquet"), path, [{"text": t} for t in texts])
    else:
        pytest.importorskip("fastwarc.warc")
        records = [response(f"http://a.example/{n}", t.encode()) for n, t in enumerate(texts)]
        path.write_bytes(b"".join(map(gzip.compress, records)))


@pytest.mark.parametrize("suffix", [".parquet", ".warc.gz"])
def test_a_repaired_shard_is_cleaned_again(tmp_path, suffix):
    source, out, plain = tmp_path / f"in{suffix}", tmp_path / "out.jsonl", tmp_path / "plain.jsonl"
    write_shard(source, [f"{n}[spam:x]" for n in range(50)])
    whole = source.read_bytes()
    assert clean(source, plain) == 0
    source.write_bytes(whole[: len(whole) // 2])
    assert clean(source, out) == 1
    assert report_of(out)["outcomes"]["failed"] == 1
    assert clean(source, out, "--resume") == 1  # still broken: nothing is tried again
    source.write_bytes(whole)
    assert clean(source, out, "--resume") == 0
    assert out.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("cut", [30, 200])
def test_truncated_warc_is_noticed(tmp_path, fastwarc, cut):
    records = [response(f"http://a.example/{n}", b"<p>%d</p>" % n * 50) for n in range(20)]
    packed = b"".join(gzip.compress(record) for record in records)
    for name, data in (("a.warc.gz", packed[:-cut]), ("b.warc", b"".join(records)[:-cut])):
        (tmp_path / name).write_bytes(data)
        out = tmp_path / f"{name}.jsonl"
        assert clean(tmp_path / name, out) == 1
        assert report_of(out)["outcomes"]["failed"] == 1
        assert report_of(out)["documents"] in (19, 20)


def test_missing_package_is_one_line(tmp_path, monkeypatch, capsys):
    write_tree(tmp_path, {"a.warc": b"", "a.parquet": b"", "a.jsonl.zst": b""})
    for module in ("fastwarc", "pyarrow", "zstandard"):
        monkeypatch.setitem(sys.modules, module, None)
    for name, extra in (("a.warc", "warc"), ("a.parquet", "parquet"), ("a.jsonl.zst", "zstd")):
        assert clean(tmp_path / name, tmp_path / "out.jsonl") == 2
        error = capsys.readouterr().err
        assert f"pip install 'spamstrip[{extra}]'" in error
        assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.jsonl", "out.wet"], "WET output needs WARC or WET input, not jsonl"),
        (["-", "out.jsonl", "--from", "parquet"], "Parquet cannot be read from a pipe"),
        (["a.jsonl", "-", "--to", "parquet"], "Parquet cannot be written to a pipe"),
        (["docs", "out", "--fields", "title"], "--fields needs records"),
        (["docs", "out", "--to", "jsonl"], "to put them into one file, name it: out.jsonl"),
        (["a.jsonl", "docs"], "output docs is a directory"),
        (["a.jsonl", "a.csv"], "cannot tell the format of a.csv; add --to jsonl|parquet|wet"),
        (["mixed", "out.jsonl"], "mixed holds several formats; choose one with --from"),
    ],
)
def test_impossible_conversions_are_refused(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path, {"a.jsonl": "", "docs/a.txt": "a", "mixed/a.txt": "", "mixed/b.jsonl": ""})
    assert batch_fakes.main(words) == 2
    assert message in capsys.readouterr().err
