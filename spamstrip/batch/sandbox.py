"""Handles of the isolated worker processes, and `clean_batch`, which never dies nor hangs.

`clean_batch` is the one function every engine runs: threads here, tasks on Dask, Ray or Spark.
A document that kills or stalls its worker costs that worker, is found because answers come
one by one, and gets an answer of its own; its neighbours do not notice.
"""

import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any, Final

from ..errors import SpamstripError
from .items import Answer, RunStoppedError
from .worker import READY, Fatal

START_LIMIT: Final = 300.0
"""Seconds a worker may take to import and to load its models."""

START_ATTEMPTS: Final = 3
KILLED_ATTEMPTS: Final = 50
"""Workers in a row that may end before they are ready: by themselves, or because somebody (an
operator, a system short of memory) keeps killing them."""

_STOPPED: Final = "the run was stopped"
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerError(SpamstripError):
    """The workers cannot work at all (no model, a wrong option); no document is to blame."""


class _Died(Exception):  # noqa: N818
    """The worker ended without an answer.

    Args:
        code: how the process ended, as `subprocess` tells it.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"signal {-code}" if code < 0 else f"exit code {code}")
        self.killed = code < 0


class _NotReady(_Died):
    """The worker ended, or stood still, before it could take a document."""


class _TimedOut(Exception):  # noqa: N818
    """No answer within the time limit."""


class Sandbox:
    """One isolated worker process."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "spamstrip.batch.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
            )
        self._connection = Connection(ours.detach())

    def ask(self, recipe: bytes, payloads: list[Any], timeout: float) -> Iterator[Answer]:
        """Yield the answers in order.

        Raises:
            _NotReady: the worker did not get as far as the first payload.
            _TimedOut, _Died: no answer to the next payload; the worker is of no more use.
            WorkerError: the worker cannot work.
        """
        try:
            self._connection.send((recipe, timeout, payloads))
            self._receive(START_LIMIT)
        except (EOFError, OSError, _TimedOut) as error:
            raise _NotReady(self.kill()) from error
        try:
            for _ in payloads:
                yield self._receive(timeout)
        except (EOFError, OSError) as error:
            raise _Died(self.kill()) from error

    def _receive(self, timeout: float) -> Any:
        if not self._connection.poll(timeout):
            raise _TimedOut
        message = self._connection.recv()
        if isinstance(message, Fatal):
            raise WorkerError(message.message)
        return message if message != READY else None

    def kill(self) -> int:
        """End the process now, whatever it is doing; returns how it ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # A worker whose socket broke is usually ending by itself: keep its own exit code.
            self._process.wait(0.2 if self._process.poll() is None else 0)
        self.end()
        with contextlib.suppress(OSError):
            self._connection.close()
        return self._process.returncode

    def end(self) -> None:
        """Kill the process; whoever waits for its answer learns that it died."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let the process end by itself by closing its socket; kill it when it does not."""
        with contextlib.suppress(OSError):
            self._connection.close()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.end()


class SandboxPool:
    """The sandboxes of this process: as many as are in use at once, reused between batches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Sandbox] = []
        self._busy: set[Sandbox] = set()
        self._stopped = False

    def open(self) -> None:
        """Allow new sandboxes again after `stop`."""
        self._stopped = False

    def take(self) -> Sandbox:
        """An idle sandbox, or a new one."""
        with self._lock:
            if self._stopped:
                raise WorkerError(_STOPPED)
            sandbox = self._idle.pop() if self._idle else None
        if sandbox is None:
            sandbox = Sandbox()
        with self._lock:
            if not self._stopped:
                self._busy.add(sandbox)
                return sandbox
        sandbox.kill()
        raise WorkerError(_STOPPED)

    def give_back(self, sandbox: Sandbox, *, usable: bool) -> None:
        """Return a sandbox after a batch; one that is not usable is ended."""
        with self._lock:
            self._busy.discard(sandbox)
            if usable and not self._stopped:
                self._idle.append(sandbox)
                return
        sandbox.kill()

    def stop(self) -> None:
        """End all sandboxes, busy or not; batches under way give up."""
        with self._lock:
            self._stopped = True
            idle, self._idle = self._idle, []
            busy = tuple(self._busy)
        for sandbox in busy:
            sandbox.end()
        for sandbox in idle:
            sandbox.close()


POOL: Final = SandboxPool()
"""A process can only have one set of children, and remote tasks share nothing but the module."""

atexit.register(POOL.stop)


def clean_batch(recipe: bytes, payloads: list[Any], timeout: float) -> list[Answer]:
    """Answer every payload, in order.

    A worker that dies is given the same document once more, in a fresh process: killed from
    outside (no memory left on the machine, an operator), it is not the document's fault.

    Args:
        recipe: a pickled `Recipe`.
        timeout: seconds of wall time per document.

    Raises:
        WorkerError: no worker can work.
        RunStoppedError: workers do not even start.
    """
    answers: list[Answer] = []
    suspected, false_starts = -1, 0
    while len(answers) < len(payloads):
        sandbox = POOL.take()
        usable = False
        try:
            for answer in sandbox.ask(recipe, payloads[len(answers) :], timeout):
                answers.append(answer)
            usable = True
        except _TimedOut:
            detail = f"over the time limit of {timeout:g} s (--timeout)"
            answers.append(Answer("failed", detail=detail, seconds=timeout))
        except _NotReady as death:
            false_starts += 1
            if false_starts >= (KILLED_ATTEMPTS if death.killed else START_ATTEMPTS):
                raise RunStoppedError(f"workers end before they are ready ({death})") from death
        except _Died as death:
            if suspected == len(answers):
                detail = f"crashed its worker process twice ({death})"
                answers.append(Answer("failed", detail=detail))
            else:
                suspected = len(answers)
        finally:
            POOL.give_back(sandbox, usable=usable)
    return answers


def pickle_recipe(recipe: object) -> bytes:
    """The form in which a recipe travels; equal recipes give equal bytes."""
    return pickle.dumps(recipe, protocol=5)


def _environment() -> dict[str, str]:
    """This environment, this import path, and one thread for numerical libraries."""
    paths = os.pathsep.join(path or str(os.getcwd()) for path in sys.path)  # noqa: PTH109
    threads = {name: os.environ.get(name, "1") for name in _ONE_THREAD}
    return {**os.environ, **threads, "PYTHONPATH": paths}
