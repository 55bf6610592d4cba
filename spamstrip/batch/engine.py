"""Bounded, ordered mapping of records over workers, on any joblib backend.

Reading, cleaning and writing overlap, and never more than a few batches per worker exist
between the reader and the writer, however large the input is. Order, batch size, number of
workers and backend have no influence on what comes out.
"""

import contextlib
import itertools
import warnings
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import joblib
from joblib._parallel_backends import ThreadingBackend

from .items import Answer, BatchError, Record
from .sandbox import POOL, clean_batch, pickle_recipe
from .worker import Recipe

BACKENDS: Final = ("local", "dask", "ray", "spark")
BATCH_BYTES: Final = 1 << 20
BATCH_RECORDS: Final = 1000
BATCHES_PER_WORKER: Final = 4
"""Batches of one worker between reader and writer; two keep it busy, the rest absorb jitter."""

WINDOW_PER_WORKER: Final = 16
"""The same where workers wait for each other at the end of a window: more, to wait less often."""

_STREAMING: Final = ("local", "dask")
"""Backends whose joblib interface can return results one by one."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to run; nothing in here changes the output.

    Attributes:
        jobs: workers; 0 means one per core here, all workers of the cluster elsewhere.
        backend: one of `BACKENDS`.
        address: of the cluster, "" for a local one.
        batch_bytes: bytes of documents sent to a worker at once.
    """

    jobs: int = 0
    backend: str = "local"
    address: str = ""
    batch_bytes: int = BATCH_BYTES


class IsolatedBackend(ThreadingBackend):  # type: ignore[misc]
    """joblib's threads, each of which feeds one isolated worker process.

    A pool even for one job: otherwise joblib would run the only job in the calling thread,
    and reading and writing would wait for cleaning.
    """

    def configure(self, n_jobs: int = 1, parallel: Any = None, **_: Any) -> int:
        """Called by joblib; more than one worker is what makes it use a pool."""
        self.parallel = parallel
        self._n_jobs: int = n_jobs
        return max(2, n_jobs)


class _BoundedParallel(joblib.Parallel):  # type: ignore[misc]
    """`joblib.Parallel` that dispatches only as fast as its results are consumed.

    With `return_as="generator"` joblib dispatches a new batch whenever one is finished,
    consumed or not; one slow document would let all later results pile up behind it.
    """

    def dispatch_next(self) -> None:
        """Called by joblib when a batch is finished; its successor waits for `consumed`."""

    def consumed(self) -> None:
        """Tell that one result was taken: dispatch one more batch."""
        with self._lock:
            if self._original_iterator is not None:
                super().dispatch_next()


class Engine:
    """Runs jobs one after the other on the same workers; a context manager."""

    def __init__(self, options: EngineOptions) -> None:
        self.options = options
        self._stack = contextlib.ExitStack()
        self.workers = 0

    def __enter__(self) -> "Engine":
        POOL.open()
        self._stack.callback(POOL.stop)
        try:
            self._connect()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def _connect(self) -> None:
        options = self.options
        if options.backend == "local":
            self.workers = options.jobs or joblib.cpu_count()
            return
        from .clusters import connect

        self._stack.enter_context(connect(options.backend, options.address, options.jobs))
        self.workers = max(1, joblib.effective_n_jobs(options.jobs or -1))

    def map(
        self, recipe: Recipe, records: Iterable[Record], timeout: float
    ) -> Generator[tuple[Record, Answer]]:
        """Yield every record with its answer, in the order of `records`.

        Raises:
            WorkerError: the workers cannot work at all.
            Exception: whatever reading `records` raised, after all earlier answers.
        """
        feed = _Feed(records, self.options.batch_bytes)
        message = pickle_recipe(recipe)
        tasks = (
            joblib.delayed(clean_batch)(message, payloads, timeout) for payloads in feed.batches()
        )
        with contextlib.closing(self._run(tasks)) as results:
            for answers in results:
                yield from feed.join(answers)
        feed.finish()

    def _run(self, tasks: Iterator[Any]) -> Generator[list[Answer]]:
        if self.options.backend in _STREAMING:
            return self._stream(tasks)
        return self._run_in_windows(tasks)

    def _stream(self, tasks: Iterator[Any]) -> Generator[list[Answer]]:
        """Results one by one, a new batch for every result consumed."""
        backend: dict[str, Any] = {}
        if self.options.backend == "local":
            backend = {"backend": IsolatedBackend(), "n_jobs": self.workers}
        parallel = _BoundedParallel(
            return_as="generator",
            pre_dispatch=BATCHES_PER_WORKER * self.workers,
            batch_size=1,
            **backend,
        )
        results = parallel(tasks)
        try:
            for answers in results:
                yield answers
                parallel.consumed()
        except BaseException:
            POOL.stop()  # so that threads waiting for a worker give up
            raise
        finally:
            with warnings.catch_warnings():
                # joblib tells that batches were cancelled; that is what was asked for.
                warnings.simplefilter("ignore", UserWarning)
                results.close()

    def _run_in_windows(self, tasks: Iterator[Any]) -> Generator[list[Answer]]:
        """For backends that only give lists: one bounded list after the other."""
        with joblib.Parallel(batch_size=1, pre_dispatch="all") as parallel:
            while window := list(itertools.islice(tasks, WINDOW_PER_WORKER * self.workers)):
                yield from parallel(window)


class _Feed:
    """Cuts records into batches and joins the answers to them again.

    An error of the reader ends the batches; it is raised after the answers to what was read
    before it, so that those are not lost.
    """

    def __init__(self, records: Iterable[Record], batch_bytes: int) -> None:
        self._records = records
        self._batch_bytes = batch_bytes
        self._waiting: deque[list[Record]] = deque()
        self._error: BaseException | None = None

    def batches(self) -> Iterator[list[Any]]:
        for batch in _cut(self._until_error(), self._batch_bytes):
            self._waiting.append(batch)
            yield [record.payload for record in batch if record.status is None]

    def _until_error(self) -> Iterator[Record]:
        try:
            yield from self._records
        except Exception as error:
            self._error = error

    def join(self, answers: list[Answer]) -> Iterator[tuple[Record, Answer]]:
        given = iter(answers)
        for record in self._waiting.popleft():
            if record.status is None:
                yield record, next(given)
            else:
                yield record, Answer(record.status, detail=record.detail)

    def finish(self) -> None:
        if self._error is not None:
            raise self._error


def _cut(records: Iterable[Record], batch_bytes: int) -> Iterator[list[Record]]:
    """Batches of consecutive records: at most `batch_bytes`, unless one record alone is more."""
    batch: list[Record] = []
    size = 0
    for record in records:
        cost = record.size if record.status is None else 0
        if batch and (size + cost > batch_bytes or len(batch) >= BATCH_RECORDS):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += cost
    if batch:
        yield batch


def require(module: str, extra: str, purpose: str) -> Any:
    """Import an optional package, or say in one line what to install.

    Raises:
        BatchError: it is not installed.
    """
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise BatchError(
            f"{purpose} needs the {module.partition('.')[0]} package: "
            f"pip install 'spamstrip[{extra}]'"
        ) from error
