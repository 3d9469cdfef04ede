"""A real Chromium for the tests of the page, and axe to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect, sync_playwright

DESK = {"width": 1366, "height": 768}
PATIENCE_MS = 60_000
"""How long something is waited for: the machine may be busy."""
Open = Callable[..., Page]

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launched() -> Iterator[Browser]:
    """Debian's Chromium, or a skip that says what is missing."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))
        yield browser
        browser.close()


@contextmanager
def opening(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the page; afterwards nothing may have failed in it, and nothing may have left the machine."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def make(size: dict[str, int] = DESK, path: str = "/", **more: Any) -> Page:
        context = browser.new_context(viewport=size, locale="ja-JP", **more)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if m.type in ("error", "warning") else None)
        page.on("request", lambda r: None if _local(r.url, address) else troubles.append(r.url))
        page.goto(address + path)
        page.wait_for_selector("#switch:not([hidden])")
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


def _local(url: str, address: str) -> bool:
    return url.startswith((f"{address}/", f"blob:{address}/"))


class Held:
    """Requests of a page that wait on the way until they are let go."""

    def __init__(self, page: Page, pattern: str, method: str = "GET") -> None:
        self._page, self._pattern, self._method = page, pattern, method
        self._waiting: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self._method:
            self._waiting.append(route)
        else:
            route.continue_()

    def wait(self, count: int = 1) -> None:
        """Until so many wait."""
        for _ in range(PATIENCE_MS // 10):
            if len(self._waiting) >= count:
                return
            self._page.wait_for_timeout(10)
        raise AssertionError(f"{len(self._waiting)} of {count} requests came for {self._pattern}")

    def let_go(self) -> None:
        """All of them, and whatever comes after; those that the page has given up are gone already."""
        self._page.unroute(self._pattern, self._hold)
        for route in self._waiting:
            with suppress(Error):
                route.continue_()


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the turn is complete."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    expect(page.locator(".turn")).to_have_count(turns + 1)
    expect(page.locator(".turn").last.locator(".sources-title, .try").first).to_be_visible()


def as_user(page: Page, user: str) -> None:
    """Switch users, and wait until the page says that it is done."""
    page.select_option("#user", user)
    expect(page.locator("#announce")).to_have_text("利用者を切り替え、前の利用者の画面を消しました。")


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 AA and its best practices once the page has settled: rule and element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = _barriers(page)
    for _ in range(10):
        if not found:
            break
        page.wait_for_timeout(300)  # a list that is being rewritten, a colour on its way
        found = _barriers(page)
    return found


def _barriers(page: Page) -> list[str]:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    found: dict[str, Any] = page.evaluate("tags => axe.run({ runOnly: tags })", tags)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
