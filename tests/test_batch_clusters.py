"""The batch on real local clusters of Dask, Ray and Spark: the same bytes as without."""

import json
import os
import subprocess
import sys
from pathlib import Path

import batch_fakes
import pytest

PACKAGES = {"dask": ["distributed"], "ray": ["ray"], "spark": ["pyspark", "joblibspark"]}


@pytest.mark.parametrize("backend", PACKAGES)
def test_output_is_the_same_on(backend, tmp_path):
    for package in PACKAGES[backend]:
        pytest.importorskip(package, reason=f"needs the extra spamstrip[{backend}]")
    texts = [f"{number} [spam:x] {'word ' * (number % 40)}" for number in range(300)]
    texts[100] = "CRASH"
    texts[200] = "HANG"
    lines = (json.dumps({"text": text}) + "\n" for text in texts)
    (tmp_path / "in.jsonl").write_text("".join(lines))
    root = str(Path(batch_fakes.__file__).parent.parent)
    outputs = []
    for name, options in (("here", []), (backend, ["--backend", backend])):
        done = subprocess.run(
            [
                sys.executable,
                batch_fakes.__file__,
                "in.jsonl",
                f"{name}.jsonl.gz",
                "--jobs",
                "2",
                "--timeout",
                "1",
                "--batch-bytes",
                "2000",
                *options,
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        report = json.loads((tmp_path / f"{name}.jsonl.gz.report.json").read_text())
        assert report["outcomes"] == {"cleaned": 298, "unchanged": 0, "skipped": 0, "failed": 2}
        outputs.append((tmp_path / f"{name}.jsonl.gz").read_bytes())
    assert outputs[0] == outputs[1]
