"""Dask, Ray and Spark through the backends they register with joblib."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, Final

import joblib

from .engine import require

_PACKAGES: Final = {
    "dask": ("distributed",),
    "ray": ("ray", "ray.util.joblib"),
    "spark": ("pyspark.sql", "joblibspark"),
}


def check_packages(backend: str) -> None:
    """Raise BatchError when a package of this backend is missing."""
    for package in _PACKAGES.get(backend, ()):
        require(package, backend, f"--backend {backend}")


@contextlib.contextmanager
def connect(backend: str, address: str, jobs: int) -> Iterator[None]:
    """Make `backend` joblib's backend inside the context.

    Args:
        backend: "dask", "ray" or "spark".
        address: of a running cluster; "" starts a local one and ends it afterwards.
        jobs: workers of a local cluster, 0 for one per core.
    """
    connected = _CONNECT[backend](address, jobs or joblib.cpu_count())
    with connected, joblib.parallel_config(backend=backend):
        yield


@contextlib.contextmanager
def _dask(address: str, jobs: int) -> Iterator[None]:
    distributed = require("distributed", "dask", "--backend dask")
    with contextlib.ExitStack() as stack:
        target: Any = address
        if not address:
            target = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=jobs, threads_per_worker=1, dashboard_address=None
                )
            )
        stack.enter_context(distributed.Client(target))
        yield


@contextlib.contextmanager
def _ray(address: str, jobs: int) -> Iterator[None]:
    ray = require("ray", "ray", "--backend ray")
    ray_joblib = require("ray.util.joblib", "ray", "--backend ray")
    started = not ray.is_initialized()
    if started:
        options: dict[str, Any] = {"address": address} if address else {"num_cpus": jobs}
        ray.init(include_dashboard=False, log_to_driver=False, **options)
    try:
        ray_joblib.register_ray()
        yield
    finally:
        if started:
            ray.shutdown()


@contextlib.contextmanager
def _spark(address: str, jobs: int) -> Iterator[None]:
    sql = require("pyspark.sql", "spark", "--backend spark")
    joblibspark = require("joblibspark", "spark", "--backend spark")
    already = sql.SparkSession.getActiveSession()
    if not address:  # local workers are to be this Python, not the first one on the path
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = already or (
        sql.SparkSession.builder.master(address or f"local[{jobs}]")
        .appName("spamstrip")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    try:
        joblibspark.register_spark()
        yield
    finally:
        if already is None:
            session.stop()


_CONNECT = {"dask": _dask, "ray": _ray, "spark": _spark}
