"""Serve the application: in this process, or in several worker processes on one store.

Every worker opens the store for itself and looks at the catalogue at each request, so what one of them or the
command line closes is closed for all at once. What they count together lies in files: rates (`api.limits`), the
daybook, and the figures for Prometheus.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from api.logs import configure
from api.settings import Settings
from api.wiring import Wiring
from corpus.errors import TobenError

GRACE_S = 10
"""How long requests under way may take to end once the service is told to."""
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
_FAILED = "failed"
_APPLICATION = "api.serving:application"


def serve(wiring: Wiring, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until a signal ends it. Work that a crash left undone is done first, and the index opened.

    Raises:
        TobenError: the store cannot be served.
        SystemExit: the same, said by a worker.
    """
    configure()
    if workers == 1:
        with wiring.store.serving():
            _run(_made(wiring), host=host, port=port)
        return
    os.environ["TOBEN_DATA_DIR"] = str(wiring.settings.data_dir.resolve())
    with tempfile.TemporaryDirectory(prefix="toben-figures-") as figures:
        os.environ[_FIGURES] = figures
        _run(_APPLICATION, factory=True, host=host, port=port, workers=workers)
        if (Path(figures) / _FAILED).exists():
            sys.exit(2)  # the worker has said why


def application() -> FastAPI:
    """The application of one worker process, from the settings of the environment."""
    configure()
    _forget_the_dead()
    try:
        wiring = Wiring(Settings())
        held = ExitStack()
        held.enter_context(wiring.store.serving())
        app = _made(wiring)
        app.state.held = held  # nobody restores over the store while this process lives
        return app
    except TobenError as exc:
        sys.stderr.write(f"{exc}\n")
        (Path(os.environ[_FIGURES]) / _FAILED).touch()
        sys.exit(STARTUP_FAILURE)  # the parent process gives up instead of trying again


def _made(wiring: Wiring) -> FastAPI:
    from api.app import create_app  # prometheus_client reads the environment when it is first imported

    services = wiring.services()
    wiring.store.index()  # open and verify before the port answers
    app = create_app(services)
    if wiring.composer is not None:
        app.router.lifespan_context = _stopping(app.router.lifespan_context, wiring.composer.close)
    return app


Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]


def _stopping(lifespan: Lifespan, stop: Callable[[], None]) -> Lifespan:
    """`lifespan`, in which the signal that ends the service also calls `stop`.

    So whoever waits for a model gets the answer without it at once; the server itself ends requests only
    after `GRACE_S`.
    """

    @asynccontextmanager
    async def told(app: Any) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        before: dict[int, Callable[[int, FrameType | None], Any]] = {}

        def end(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(stop)
            before[number](number, frame)

        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            if callable(handler):
                before[number] = handler
                signal.signal(number, end)
        try:
            async with lifespan(app) as state:
                yield state
        finally:
            for told_by, handler in before.items():
                signal.signal(told_by, handler)

    return told


def _run(application: FastAPI | str, **more: Any) -> None:
    uvicorn.run(
        application,
        log_config=None,
        access_log=False,  # ours has no addresses of people and no paths with words
        proxy_headers=False,  # a forwarding header must stay visible: it ends what loopback may do
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=60,
        **more,
    )


def _forget_the_dead() -> None:
    """Take the figures of worker processes that died out of what is under way now."""
    folder = os.environ.get(_FIGURES)
    if not folder:
        return
    from prometheus_client import multiprocess

    for path in Path(folder).glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            multiprocess.mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
