"""The page under people in a hurry: what is done while an answer is on its way, and answers that come too late."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import anyio
import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create_app
from api.services import Services
from tests.api.browsing import DESK, Held, Open, as_user, ask, launched, opening
from tests.api.fake import FeedbackList
from tests.api.serving import served
from tests.api.test_page import ANSWER, LUNCH, STAFFING

pytestmark = pytest.mark.browser

GYM = "体育館の空調設備の設置はどう進めますか。"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the page."""
    yield from launched()


@pytest.fixture
def open_page(services: Services, browser: Browser) -> Iterator[Open]:
    """Opens the page; see `opening`."""
    with served(create_app(services)) as address, opening(browser, address) as make:
        yield make


def test_what_comes_too_late_for_one_user_is_not_shown_to_the_next(open_page: Open) -> None:
    page = open_page()
    as_user(page, "personnel")
    ask(page, STAFFING)
    as_user(page, "")
    held = Held(page, "**/v1/conversations")
    page.select_option("#user", "personnel")
    held.wait()
    page.select_option("#user", "clerk")
    held.wait(2)
    held.let_go()
    expect(page.locator("#announce")).to_contain_text("利用者を切り替え")
    expect(page.locator("#past .go")).to_have_count(0)


def test_a_question_may_come_before_it_is_known_what_is_kept(open_page: Open) -> None:
    page = open_page()
    held = Held(page, "**/v1/conversations")
    page.select_option("#user", "clerk")
    held.wait()
    page.fill("#question", LUNCH)
    page.press("#question", "Enter")
    expect(page.locator(".turn .busy")).to_be_visible()
    held.let_go()
    expect(page.locator(".turn .text")).to_contain_text(ANSWER)
    expect(page.locator("#past .go-title")).to_have_text([LUNCH])
    page.reload()
    page.wait_for_selector("#switch:not([hidden])")
    as_user(page, "clerk")
    expect(page.locator("#past .go-title")).to_have_text([LUNCH])


def test_of_two_conversations_the_one_that_was_chosen_last_is_shown(open_page: Open) -> None:
    page = open_page()
    as_user(page, "clerk")
    ask(page, LUNCH)
    page.get_by_role("button", name="新しい会話").click()
    ask(page, GYM)
    held = Held(page, "**/v1/conversations/*")
    page.locator("#past .go", has_text=LUNCH).click()
    page.locator("#past .go", has_text=GYM).click()
    page.locator("#past .go", has_text=LUNCH).click()
    held.wait(3)
    page.get_by_role("button", name="新しい会話").click()
    ask(page, STAFFING)
    held.let_go()
    page.locator("#past .go", has_text=GYM).click()
    expect(page.locator(".asked")).to_contain_text([GYM])
    expect(page.locator("#past .go[aria-current]")).to_contain_text(GYM)


def test_a_search_is_not_lost_when_the_list_is_looked_at_meanwhile(open_page: Open) -> None:
    page = open_page()
    held = Held(page, "**/v1/search", "POST")
    page.click("#tab-search")
    page.fill("#words", "体育館　空調")
    page.press("#words", "Enter")
    held.wait()
    page.click("#tab-browse")
    expect(page.locator("#documents .item")).to_have_count(2)
    held.let_go()
    page.click("#tab-search")
    expect(page.locator("#results .item").first).to_be_visible()


def test_a_source_that_comes_late_leaves_alone_who_is_typing(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    held = Held(page, "**/v1/documents/*")
    page.click(".cite")
    held.wait()
    page.locator("#question").press_sequentially("次の")
    held.let_go()
    expect(page.locator(".source mark").first).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("質問")
    expect(page.locator("#question")).to_have_value("次の質問")


def test_a_source_that_is_closed_before_it_comes_stays_closed(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    held = Held(page, "**/v1/documents/*")
    page.click(".cite")
    held.wait()
    page.keyboard.press("Escape")
    expect(page.locator(".cite")).to_be_focused()
    with page.expect_response("**/v1/documents/*"):
        held.let_go()
    expect(page.locator(".source")).to_be_hidden()


def test_what_is_pressed_twice_is_sent_once(open_page: Open, feedback: FeedbackList) -> None:
    page = open_page()
    ask(page, LUNCH)
    held = Held(page, "**/v1/feedback", "POST")
    page.get_by_role("button", name="役に立った").dblclick()
    held.wait()
    held.let_go()
    expect(page.locator(".actions")).to_contain_text("役に立ったと伝えました")
    assert len(feedback.items) == 1


def test_an_example_pressed_twice_asks_once(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    held = Held(page, "**/v1/query", "POST")
    page.locator(".next button").focus()
    page.evaluate("() => { const b = document.activeElement; b.click(); b.click(); }")
    held.wait()
    expect(page.locator(".turn").last).to_be_focused()
    held.let_go()
    expect(page.locator(".turn").last.locator(".busy")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(2)


def test_a_stream_that_is_cut_off_is_told(open_page: Open) -> None:
    page = open_page()
    begun = 'event: meta\ndata: {"request_id": "r", "conversation": "", "question": {}}\n\n'
    page.route("**/v1/query", lambda route: route.fulfill(content_type="text/event-stream", body=begun))
    page.fill("#question", LUNCH)
    page.press("#question", "Enter")
    expect(page.locator(".error-card")).to_contain_text("接続できませんでした")
    page.unroute("**/v1/query")
    page.get_by_role("button", name="もう一度質問する").click()
    expect(page.locator(".turn").last.locator(".text")).to_contain_text(ANSWER)


def pausing(app: ASGIApp, goes_on: threading.Event) -> ASGIApp:
    """The application, whose answers stop after their sentences until they are told to go on."""

    async def paused(scope: Scope, receive: Receive, send: Send) -> None:
        async def slowly(message: Message) -> None:
            if b"event: citations" in message.get("body", b""):
                await anyio.to_thread.run_sync(goes_on.wait, abandon_on_cancel=True)
            await send(message)

        await app(scope, receive, slowly if scope.get("path") == "/v1/query" else send)

    return paused


@pytest.fixture
def writing(services: Services, browser: Browser) -> Iterator[tuple[Page, threading.Event]]:
    """A page whose answer has its sentences and nothing more yet, and what lets it go on."""
    goes_on = threading.Event()
    with served(pausing(create_app(services), goes_on)) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(address)
        page.fill("#question", LUNCH)
        page.press("#question", "Enter")
        expect(page.locator(".cite")).to_be_visible()
        yield page, goes_on
        goes_on.set()
        context.close()


def test_the_focus_stays_on_a_number_when_the_rest_of_the_answer_comes(
    writing: tuple[Page, threading.Event],
) -> None:
    page, goes_on = writing
    page.locator(".cite").focus()
    goes_on.set()
    expect(page.locator(".sources-title").first).to_be_visible()
    expect(page.locator(".cite")).to_be_focused()


def test_an_answer_can_be_stopped_while_it_is_written(writing: tuple[Page, threading.Event]) -> None:
    page, _ = writing
    page.get_by_role("button", name="中止").click()
    expect(page.locator(".turn .card")).to_have_text("中止しました。")
    expect(page.locator(".turn")).to_be_focused()
    page.fill("#question", GYM)
    page.press("#question", "Enter")
    expect(page.locator(".turn")).to_have_count(2)


def test_a_question_under_way_is_given_up_with_its_conversation(open_page: Open) -> None:
    page = open_page()
    held = Held(page, "**/v1/query", "POST")
    page.fill("#question", LUNCH)
    page.press("#question", "Enter")
    held.wait()
    page.get_by_role("button", name="新しい会話").click()
    held.let_go()
    ask(page, GYM)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#past .go-title")).to_have_text([GYM])
