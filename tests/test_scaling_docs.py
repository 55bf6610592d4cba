"""The examples of docs/scaling.md run, where their packages are installed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = dict(
    re.findall(r"```python\n# (\w+)\n(.*?)```", (ROOT / "docs/scaling.md").read_text(), re.DOTALL)
)
TEXTS = ["The council will vote on the plan in March.\n", "The bridge opens on Monday.\n"]
NEEDED = {
    "spark": ["pyspark", "pandas"],
    "ray": ["ray.data"],
    "datatrove": ["datatrove", "orjson", "regex"],
    "sklearn": [],
}
SHOWN = {
    "spark": "sorted(cleaned['text'])",
    "ray": "sorted(cleaned['text'])",
    "datatrove": "None",
    "sklearn": "matrix.shape[0]",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name, tmp_path):
    for package in NEEDED[name]:
        pytest.importorskip(package, reason=f"needs the extra spamstrip[{name}]")
    (tmp_path / "in").mkdir()
    lines = (json.dumps({"text": text, "id": str(n)}) for n, text in enumerate(TEXTS))
    (tmp_path / "in" / "a.jsonl").write_text("\n".join(lines))
    script = tmp_path / "example.py"
    script.write_text(
        f"import json\nTEXTS = {TEXTS!r}\nINPUT, OUTPUT, LOGS = 'in', 'out', 'logs'\n"
        f"{EXAMPLES[name]}\nprint('RESULT', json.dumps({SHOWN[name]}))\n"
    )
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout.rpartition("RESULT ")[2])
    if name == "sklearn":
        assert result == 2
    elif name == "datatrove":
        written = next((tmp_path / "out").glob("*.jsonl.gz"))
        assert written.stat().st_size
    else:
        assert result == sorted(TEXTS)


def test_all_examples_were_found():
    assert set(EXAMPLES) == set(NEEDED)
