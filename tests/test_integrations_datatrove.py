"""The datatrove blocks in a real local pipeline."""

import json
import pickle

import pytest

from spamstrip import clean

for package in ("datatrove", "orjson", "regex"):
    pytest.importorskip(package, reason="needs the extra spamstrip[datatrove]")

PAGE = (
    "<html><body><article><h1>Bridge</h1><p>The bridge opens on Monday.</p></article></body></html>"
)
TEXT = "The council will vote on the plan in March.\n"


def run_pipeline(folder, documents, block):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    (folder / "in").mkdir()
    lines = (json.dumps({"text": text, "id": str(n)}) for n, text in enumerate(documents))
    (folder / "in" / "a.jsonl").write_text("\n".join(lines))
    LocalPipelineExecutor(
        pipeline=[
            JsonlReader(str(folder / "in")),
            block,
            JsonlWriter(str(folder / "out"), compression=None),
        ],
        tasks=1,
        logging_dir=str(folder / "logs"),
    ).run()
    out = next((folder / "out").glob("*.jsonl"))
    return [json.loads(line)["text"] for line in out.read_text().splitlines()]


@pytest.mark.filterwarnings("ignore")
def test_extractor_in_a_pipeline(tmp_path):
    from spamstrip.integrations.datatrove import SpamstripExtractor

    found = run_pipeline(tmp_path, [PAGE], SpamstripExtractor(60))
    assert found == [clean(PAGE, kind="html")]


@pytest.mark.filterwarnings("ignore")
def test_formatter_in_a_pipeline(tmp_path):
    from spamstrip.integrations.datatrove import SpamstripFormatter

    block = SpamstripFormatter(preset="gentle")
    assert len(pickle.dumps(block)) < 10_000
    assert run_pipeline(tmp_path, [TEXT, TEXT], block) == [TEXT, TEXT]
