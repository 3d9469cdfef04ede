"""The page in a real browser: asking, reading the source, two people, keyboard only, phone and zoom, barriers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, expect
from starlette.types import Message, Receive, Scope, Send

from api.app import WEB, create_app
from api.auth import Caller, Directory
from api.engine import StoreEngine
from api.history import LESS
from api.holdings import Holdings
from api.services import Services
from api.settings import Settings
from corpus.embedding import HashEmbedder
from corpus.model import Section
from corpus.store import Store
from ingest import sandbox
from ingest.job import Order
from rag import finding, keywords, operators
from rag.answer import Answer
from rag.compose.generative import NOTICE_BUSY, NOTICE_WITHOUT, REASONS
from rag.pipeline import Pipeline
from rag.question import Understood
from rag.retrieval import Retriever
from tests.api.browsing import DESK, Open, as_user, ask, barriers, launched, opening
from tests.api.fake import FakeEngine, FeedbackList
from tests.api.serving import served
from tests.api.test_pages import kept_as_pdf
from tests.api.town import TOWN, Record
from tests.stores import IT, NOW, OPEN, SALT, TODAY, job, labels, marked, take, written

pytestmark = pytest.mark.browser

LUNCH = "令和6年の学校給食費の無償化はいつから始まりますか。"
STAFFING = "窓口部門の職員配置は何名減りますか。"
ANSWER = "市立小学校は令和7年4月から"
PHONE = {"width": 360, "height": 740}
STATIC = WEB / "static"
ZOOMED = {"width": 683, "height": 384}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the page."""
    yield from launched()


@pytest.fixture
def open_page(services: Services, browser: Browser) -> Iterator[Open]:
    """Opens the page; see `opening`."""
    with served(create_app(services)) as address, opening(browser, address) as make:
        yield make


def test_a_question_gets_a_cited_answer_with_its_badge(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    expect(page.locator(".text")).to_contain_text(ANSWER)
    expect(page.locator(".cite")).to_have_text("1")
    expect(page.locator(".card-head .badge")).to_have_text("公開可")
    expect(page.locator(".item-name")).to_contain_text("令和6年第2回定例会（6月12日）市長答弁")
    expect(page.locator("#announce")).to_contain_text("出典1件")


def test_the_number_shows_its_quote_and_escape_hides_it(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    page.hover(".cite")
    expect(page.locator("#tip")).to_contain_text(ANSWER)
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()


def test_the_source_opens_at_the_marked_sentence_beside_the_answer(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    page.click(".cite")
    mark = page.locator(".source mark")
    expect(mark).to_contain_text(ANSWER)
    expect(mark).to_be_in_viewport()
    expect(page.locator(".text")).to_be_visible()
    expect(page.locator(".side")).to_have_text(["質問", "答弁"])
    expect(page.locator(".source")).to_contain_text("無償化をいつから始めるのか")


def test_the_whole_record_has_contents_and_next_and_previous(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    page.click(".cite")
    page.get_by_role("button", name="記録の全体").click()
    current = page.locator(".speech[aria-current]")
    expect(current).to_contain_text("早瀬一郎")
    expect(page.locator(".source mark")).to_be_in_viewport()
    page.get_by_role("button", name="次の発言へ").click()
    expect(current).to_contain_text("森川明")
    page.get_by_role("button", name="前の発言へ").click()
    expect(current).to_contain_text("早瀬一郎")
    page.get_by_role("button", name="目次").click()
    page.get_by_role("navigation", name="目次").get_by_role("button", name="日程第1").click()
    expect(current).to_contain_text("ただいまから")
    page.get_by_role("button", name="閉じる").click()
    expect(page.locator(".source")).to_be_hidden()
    expect(page.locator(".cite")).to_be_focused()


def test_what_was_understood_can_be_switched_off(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH.replace("令和6年", "令和5年"))
    expect(page.locator(".chip")).to_contain_text("時期：令和5年")
    expect(page.locator(".try")).to_be_visible()
    page.click(".chip")
    expect(page.locator(".turn").last.locator(".text")).to_contain_text(ANSWER)
    expect(page.locator(".turn").last.locator(".chip-off")).to_contain_text("時期")


def test_filters_narrow_and_can_be_taken_off_again(open_page: Open) -> None:
    page = open_page()
    page.fill("#filter-speaker", "教育部長")
    ask(page, "学校給食費の無償化はいつから始まりますか。")
    page.get_by_role("button", name="絞り込みをすべて外して質問し直す").click()
    expect(page.locator(".turn").last.locator(".text")).to_contain_text(ANSWER)
    expect(page.locator("#filter-speaker")).to_have_value("")


def test_a_refusal_says_what_one_can_try(open_page: Open) -> None:
    page = open_page()
    ask(page, "体育館の屋根塗装費用は補正予算案へ計上済みですか。")
    turn = page.locator(".turn").last
    expect(turn).to_contain_text("閲覧できる記録の中には見つかりませんでした。")
    turn.get_by_role("button", name="同じ言葉をキーワード検索で探す").click()
    expect(page.locator("#words")).to_have_value("体育館の屋根塗装費用は補正予算案へ計上済みですか。")
    expect(page.locator("#results")).to_contain_text("言葉を減らす")


def test_keyword_search_marks_the_hits_and_opens_the_speech(open_page: Open) -> None:
    page = open_page()
    page.click("#tab-search")
    page.fill("#words", "体育館　空調")
    page.press("#words", "Enter")
    expect(page.locator("#results .item").first.locator("mark").first).to_have_text("体育館")
    page.locator("#results .item").last.click()
    expect(page.locator(".source mark").first).to_be_visible()


def test_a_line_with_operators_is_counted_explained_sorted_and_continued(open_page: Open) -> None:
    page = open_page()
    page.click("#tab-search")
    page.fill("#words", "「空調設備」|照明 -停電")
    page.press("#words", "Enter")
    results = page.locator("#results")
    expect(results.locator(".found")).to_have_text(re.compile("全[0-9]+件"))
    expect(results).to_contain_text("（「空調設備」または「照明」）、「停電」を除く")
    expect(results.locator("mark", has_text="停電")).to_have_count(0)
    page.fill("#words", "学校|計画")
    page.select_option("#sort", "date_desc")
    expect(results.locator(".item").first).to_contain_text("デジタル化推進計画")
    page.select_option("#sort", "date_asc")
    expect(results.locator(".item").last).to_contain_text("デジタル化推進計画")
    page.fill("#words", "「閉じない")
    page.press("#words", "Enter")
    expect(results).to_contain_text("ふつうの言葉として探しました")


def test_more_results_come_below_the_first_ones(services: Services, browser: Browser) -> None:
    with served(create_app(replace(services, engine=FakeEngine(long_town())))) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(address)
        page.click("#tab-search")
        page.fill("#words", "「番目の件」")
        page.press("#words", "Enter")
        items = page.locator("#results .item")
        expect(items).to_have_count(20)
        page.get_by_role("button", name="さらに表示").click()
        expect(items).to_have_count(40)
        expect(items.nth(20)).to_be_focused()
        assert len(set(items.evaluate_all("all => all.map((one) => one.dataset.passage)"))) == 40
        context.close()


def test_the_list_of_records_follows_filters_and_opens_a_record(open_page: Open) -> None:
    page = open_page()
    page.click("#tab-browse")
    expect(page.locator("#documents .item")).to_have_count(2)
    page.select_option("#filter-kind", "plan")
    expect(page.locator("#documents .item")).to_have_count(1)
    page.click("#documents .item")
    expect(page.locator("#source-title")).to_have_text("第3期みはる野市デジタル化推進計画")


def test_filters_that_leave_nothing_can_be_taken_off_where_nothing_was_found(open_page: Open) -> None:
    page = open_page(PHONE)
    expect(page.locator("#rail-filtered")).to_be_hidden()
    page.click("#rail summary")
    page.fill("#filter-meeting", "ない会議")
    page.click("#tab-browse")
    expect(page.locator("#documents")).to_contain_text("絞り込みに合う記録はありません")
    expect(page.locator("#rail-filtered")).to_be_visible()
    page.get_by_role("button", name="絞り込みをすべて外す").click()
    expect(page.locator("#documents .item")).to_have_count(2)
    expect(page.locator("#rail-filtered")).to_be_hidden()


def test_two_people_get_different_answers_and_the_first_ones_screen_is_cleared(open_page: Open) -> None:
    page = open_page()
    page.select_option("#user", "personnel")
    ask(page, STAFFING)
    expect(page.locator(".text")).to_contain_text("6名減らし")
    expect(page.locator(".card-head .badge")).to_have_text("所属限り")
    page.click(".cite")
    expect(page.locator(".source mark")).to_be_visible()
    page.select_option("#user", "clerk")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#question")).to_have_value(STAFFING)
    assert "6名" not in page.content()
    page.press("#question", "Enter")
    expect(page.locator(".turn")).to_contain_text("見つかりませんでした")


def test_a_follow_up_is_understood_from_the_turn_before(open_page: Open) -> None:
    page = open_page()
    ask(page, "学校給食費の無償化の経費はいくらですか。")
    ask(page, "それは何年からですか。")
    expect(page.locator(".turn").last.locator(".text")).to_be_visible()


def agree(page: Page) -> None:
    """Say yes to what the dialog asks."""
    page.get_by_role("dialog").get_by_role("button", name="消す").click()


def test_conversations_are_kept_for_their_asker_opened_again_and_deleted(open_page: Open) -> None:
    page = open_page()
    as_user(page, "clerk")
    ask(page, LUNCH)
    ask(page, STAFFING)
    page.get_by_role("button", name="新しい会話").click()
    expect(page.locator("#welcome")).to_be_visible()
    ask(page, "体育館の空調設備の設置はどう進めますか。")
    expect(page.locator("#past .go-title")).to_have_text(["体育館の空調設備の設置はどう進めますか。", LUNCH])
    page.reload()
    page.wait_for_selector("#switch:not([hidden])")
    as_user(page, "clerk")
    page.locator("#past .go").last.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").first.locator(".text")).to_contain_text(ANSWER)
    expect(page.locator(".next")).to_have_count(0)
    page.locator(".cite").first.click()
    expect(page.locator(".source mark")).to_contain_text(ANSWER)
    page.get_by_role("button", name="閉じる").click()
    ask(page, "散策路の照明の増設はどうしますか。")
    expect(page.locator("#past .go").first).to_contain_text("質問3件")
    page.locator(".drop").first.click()
    page.get_by_role("button", name="やめる").click()
    expect(page.locator("#past .go")).to_have_count(2)
    page.locator(".drop").first.click()
    agree(page)
    expect(page.locator("#past .go")).to_have_count(1)
    expect(page.locator(".turn")).to_have_count(0)
    page.click("#past-clear")
    agree(page)
    expect(page.locator("#past .go")).to_have_count(0)
    page.reload()
    page.wait_for_selector("#switch:not([hidden])")
    as_user(page, "clerk")
    expect(page.locator("#past .go")).to_have_count(0)


def test_a_conversation_shows_what_may_be_read_when_it_is_opened(open_page: Open, engine: FakeEngine) -> None:
    page = open_page()
    as_user(page, "personnel")
    ask(page, STAFFING)
    expect(page.locator(".text")).to_contain_text("6名減らし")
    page.get_by_role("button", name="新しい会話").click()
    engine.records = [replace(r, compartment="dept:秘書課") if "職員配置" in r.title else r for r in TOWN]
    page.locator("#past .go").click()
    expect(page.locator(".turn")).to_contain_text("見つかりませんでした")
    assert "6名" not in page.content()


def test_what_one_person_asked_is_not_listed_for_the_next(open_page: Open) -> None:
    page = open_page()
    as_user(page, "personnel")
    ask(page, STAFFING)
    expect(page.locator("#past .go")).to_have_count(1)
    as_user(page, "clerk")
    expect(page.locator("#past .go")).to_have_count(0)
    as_user(page, "personnel")
    expect(page.locator("#past .go-title")).to_have_text([STAFFING])


def test_a_conversation_deleted_elsewhere_goes_on_as_a_new_one(address: str, browser: Browser) -> None:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#switch:not([hidden])")
    as_user(page, "clerk")
    ask(page, LUNCH)
    page.evaluate(
        """() => fetch("/v1/conversations", { method: "DELETE", headers: { "X-Toben-User": "clerk" } })"""
    )
    ask(page, LUNCH)
    expect(page.locator(".turn").last.locator(".text")).to_contain_text(ANSWER)
    expect(page.locator("#past .go")).to_have_count(1)
    context.close()


def test_for_nobody_in_particular_conversations_live_in_the_page_only(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    page.get_by_role("button", name="新しい会話").click()
    ask(page, "体育館の空調設備の設置はどう進めますか。")
    expect(page.locator("#past-none")).to_contain_text("この画面を閉じると消えます")
    page.locator("#past .go").last.click()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".text")).to_contain_text(ANSWER)
    assert page.evaluate("() => localStorage.length + sessionStorage.length + document.cookie.length") == 0
    assert page.url.endswith("/")
    page.reload()
    page.wait_for_selector("#switch:not([hidden])")
    expect(page.locator("#past .go")).to_have_count(0)


def test_questions_to_ask_next_are_offered_under_the_last_answer(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    offered = page.locator(".next button")
    expect(offered).to_have_text(["一般質問について、時期はいつですか。"])
    offered.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last.locator(".asked")).to_contain_text(
        "一般質問について、時期はいつですか。"
    )
    expect(page.locator(".turn").first.locator(".next")).to_be_hidden()


def test_questions_to_ask_next_are_offered_again_when_a_conversation_is_opened(
    open_page: Open, engine: FakeEngine
) -> None:
    page = open_page()
    as_user(page, "clerk")
    ask(page, LUNCH)
    page.get_by_role("button", name="新しい会話").click()
    page.locator("#past .go").click()
    expect(page.locator(".next button")).to_have_text(["一般質問について、時期はいつですか。"])


def test_hints_and_notices_are_told_in_the_language_of_the_page(open_page: Open, engine: FakeEngine) -> None:
    page = open_page()
    page.click("#tab-search")
    page.fill("#words", "「学校")
    page.press("#words", "Enter")
    hint = page.locator("#results > .hint")
    expect(hint).to_contain_text("閉じていない")
    page.select_option("#language", "en")
    expect(hint).to_contain_text("A quotation mark is not closed")
    expect(hint).to_have_attribute("lang", "en")
    plain = engine.ask

    def noticed(*args: Any, **rest: Any) -> tuple[Answer, Understood]:
        answer, understood = plain(*args, **rest)
        return replace(answer, notice=NOTICE_BUSY + NOTICE_WITHOUT), understood

    engine.ask = noticed  # type: ignore[method-assign]
    page.click("#tab-ask")
    ask(page, LUNCH)
    expect(page.locator(".notice")).to_contain_text("The language model is busy")
    expect(page.locator(".notice")).to_contain_text("were not used")
    page.select_option("#language", "ja")
    expect(page.locator(".notice")).to_have_text(NOTICE_BUSY + NOTICE_WITHOUT)


def test_every_notice_and_hint_of_the_server_has_words_in_the_page(open_page: Open) -> None:
    words = open_page().evaluate("async () => (await import('/static/words.ja.js')).default")
    assert {f"notice.{name}": text for text, name in REASONS.items()} | {"notice.less": LESS} == {
        key: text for key, text in words.items() if key.startswith("notice.")
    }
    source = "".join(Path(module.__file__).read_text("utf-8") for module in (finding, keywords, operators))
    codes = set(re.findall(r'LineError\(\s*"(\w+)"|hint_code="(\w+)"', source))
    assert {f"hint.{one or other}" for one, other in codes} == {
        key for key in words if key.startswith("hint.")
    }


def test_english_is_remembered_and_leaves_the_records_as_they_are(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    page.select_option("#language", "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#tab-ask")).to_have_text("Ask")
    expect(page.locator(".card-head")).to_contain_text("Public")
    expect(page.locator(".text")).to_contain_text(ANSWER)
    expect(page.locator(".text")).to_have_attribute("lang", "ja")
    ask(page, STAFFING)
    expect(page.locator(".turn").last).to_contain_text("Nothing was found in the records that you may read.")
    page.locator(".cite").first.click()
    expect(page.locator(".source-facts")).to_contain_text("12 June 2024")
    assert page.evaluate("() => Object.keys(localStorage)") == ["toben-language"]
    page.reload()
    page.wait_for_selector("#switch:not([hidden])")
    expect(page.locator("#welcome h2")).to_have_text("Ask about minutes and answers")
    page.select_option("#language", "ja")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator("#tab-ask")).to_have_text("質問する")
    assert page.evaluate("() => localStorage.length") == 0


def test_both_languages_have_all_words_and_the_page_is_delivered_in_japanese(open_page: Open) -> None:
    page = open_page()
    words: dict[str, dict[str, str]] = page.evaluate(
        """async () => {
            const [ja, en] = await Promise.all(["ja", "en"].map(async (l) => (await import(`/static/words.${l}.js`)).default));
            const types = (all) => Object.fromEntries(Object.entries(all).map(([key, words]) => [key, typeof words]));
            return { ja: types(ja), en: types(en), japanese: ja };
        }"""
    )
    delivered = html.fromstring(page.request.get(page.url).text())
    given = [(node.text_content(), node.get("data-t")) for node in delivered.iterfind(".//*[@data-t]")]
    for name in ("placeholder", "aria-label", "content"):
        nodes = delivered.iterfind(f".//*[@data-t-{name}]")
        given += [(node.get(name), node.get(f"data-t-{name}")) for node in nodes]
    assert len(given) > 50
    assert [(text, key) for text, key in given if words["japanese"][key or ""] != text] == []
    assert words["ja"] == words["en"]
    used = {
        key
        for path in STATIC.glob("*.js")
        for key in re.findall(r"""\b(?:say|said)\("([a-z._]+)\"""", path.read_text(encoding="utf-8"))
    }
    assert used - set(words["ja"]) == set()


def test_errors_are_told_in_the_language_of_the_page(
    services: Services, engine: FakeEngine, browser: Browser
) -> None:
    def fail() -> None:
        raise RuntimeError

    with served(create_app(services)) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(address)
        page.select_option("#language", "en")
        engine.before = fail
        page.fill("#question", LUNCH)
        page.press("#question", "Enter")
        expect(page.locator(".error-card")).to_contain_text("Please tell the administrator")
        expect(page.locator(".error-card")).to_contain_text("Reference number: ")
        context.close()


def test_operators_find_their_page_from_the_header(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_role("link", name="運用の画面")).to_be_hidden()
    as_user(page, "operator")
    expect(page.get_by_role("link", name="運用の画面")).to_have_attribute("href", "/operators")


def test_what_is_printed_tells_how_it_may_be_handled(open_page: Open) -> None:
    page = open_page()
    as_user(page, "personnel")
    ask(page, LUNCH)
    ask(page, STAFFING)
    page.evaluate("() => { window.print = () => { window.paper = document.body.innerText; }; }")
    page.emulate_media(media="print")
    page.evaluate(
        "() => [...document.querySelectorAll('.turn')].at(-1).querySelectorAll('.actions button')[2].click()"
    )
    paper = page.evaluate("() => window.paper")
    assert "6名減らし" in paper
    assert "取扱い：所属限り" in paper
    assert ANSWER not in paper


def test_the_browsers_own_print_command_prints_the_conversation_and_how_to_handle_it(open_page: Open) -> None:
    page = open_page()
    as_user(page, "personnel")
    ask(page, LUNCH)
    ask(page, STAFFING)
    page.emulate_media(media="print")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    paper = page.inner_text("body")
    assert ANSWER in paper
    assert "6名減らし" in paper
    assert "取扱い：公開可" in paper
    assert "取扱い：所属限り" in paper
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert ANSWER not in page.inner_text("body")


def test_an_answer_is_printed_without_what_was_searched_for_before(open_page: Open) -> None:
    page = open_page()
    page.click("#tab-search")
    page.fill("#words", "給食")
    page.press("#words", "Enter")
    expect(page.locator("#results .item").first).to_be_visible()
    page.click("#tab-ask")
    page.emulate_media(media="print")
    expect(page.locator("#panel-search")).to_be_hidden()


def test_a_closed_part_carries_its_badge_under_the_heading_of_its_place(
    browser: Browser, tmp_path: Path
) -> None:
    plain = "跡地は公募で売ります。価格は三億円です。ほかに意見はありませんでした。"
    document = replace(
        marked(written("再編会議 会議録", "始めます。", plain), "価格は三億円です。"),
        sections=(Section("２ 議事", 0, 99), Section("（１）開会", 0, 5, 2), Section("（２）跡地", 6, 99, 2)),
    )
    parts = (replace(document.utterances[0], section=1), replace(document.utterances[1], section=2))
    with _store(tmp_path / "data") as store:
        take(store, tmp_path / "in", {"a.json": replace(document, utterances=parts)}, Order(label=OPEN))
        with over(store) as address:
            context = browser.new_context(viewport=DESK)
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector("#switch:not([hidden])")
            as_user(page, IT.id)
            page.click("#tab-browse")
            page.click("#documents .item")
            expect(page.locator(".agenda")).to_have_text(["２ 議事 （１）開会", "２ 議事 （２）跡地"])
            closed = page.locator(".speech", has_text="三億円")
            expect(closed.locator(".badge")).to_have_text("所属限り")
            expect(page.locator(".speech").first.locator(".badge")).to_have_count(0)
            context.close()


@contextmanager
def _store(folder: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(folder, salt=SALT)
    yield opened
    sandbox.close_children()
    opened.close()


@contextmanager
def over(store: Store) -> Iterator[str]:
    """The address of the application over a real store."""
    engine = StoreEngine(store, Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY), now=lambda: NOW)
    services = Services(
        engine,
        Settings(user_header=True),
        lambda: Directory({IT.id: Caller(IT)}),
        FeedbackList(),
        holdings=Holdings(store, labels(store), lambda: job(store), now=lambda: NOW),
        now=lambda: NOW,
    )
    with served(create_app(services)) as address:
        yield address


def test_the_page_of_the_original_is_shown_beside_the_answer(browser: Browser, tmp_path: Path) -> None:
    note = written("橋の整備", "橋はいつですか。", "橋は来年です。")
    with _store(tmp_path / "data") as store:
        kept_as_pdf(store, tmp_path / "in", note, Order(keep=True, label=OPEN))
        with over(store) as address:
            context = browser.new_context(viewport=DESK)
            page = context.new_page()
            page.goto(address)
            page.click("#tab-browse")
            page.click("#documents .item")
            page.get_by_role("button", name="原本のページ").click()
            expect(page.get_by_role("img", name="原本の1ページ（全2ページ）")).to_be_visible(timeout=30_000)
            page.get_by_role("button", name="次のページへ").click()
            expect(page.get_by_role("img", name="原本の2ページ（全2ページ）")).to_be_visible()
            expect(page.get_by_role("button", name="次のページへ")).to_be_focused()
            assert barriers(page) == []
            page.get_by_role("button", name="記録の全体").click()
            expect(page.locator(".speech").first).to_contain_text("橋はいつですか。")
            context.close()


def test_feedback_reaches_the_log(open_page: Open, feedback: FeedbackList) -> None:
    page = open_page()
    ask(page, LUNCH)
    page.get_by_role("button", name="違う").click()
    page.locator(".comment textarea").fill("年度が違います")
    page.get_by_role("button", name="送る").click()
    expect(page.locator(".actions")).to_contain_text("違うと伝えました")
    (item,) = feedback.items
    assert (item.rating, item.comment, item.question, item.audience) == (
        "bad",
        "年度が違います",
        LUNCH,
        "public",
    )


def test_the_answer_is_copied_with_its_sources(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, LUNCH)
    page.get_by_role("button", name="出典つきでコピー").click()
    expect(page.locator("#announce")).to_have_text("コピーしました。")
    text = page.evaluate("() => navigator.clipboard.readText()")
    assert re.search(
        r"〔1〕\n\n出典\n〔1〕令和6年第2回定例会（6月12日）市長答弁(?:（3ページ）)?「.+」（公開可）\n\n取扱い：公開可",
        text,
    )


def test_the_answer_is_saved_as_a_word_file(open_page: Open) -> None:
    page = open_page()
    ask(page, LUNCH)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Word").click()
    assert saved.value.suggested_filename.endswith(".docx")
    assert saved.value.path().read_bytes()[:2] == b"PK"


def test_everything_can_be_done_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.focus("#question")
    page.keyboard.type(LUNCH)
    page.keyboard.press("Enter")
    expect(page.locator(".sources-title").first).to_be_visible()  # the answer is complete, and stays
    for _ in range(30):
        if page.evaluate("() => document.activeElement.classList.contains('cite')"):
            break
        page.keyboard.press("Shift+Tab")
    expect(page.locator(".cite")).to_be_focused()
    expect(page.locator("#tip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="閉じる")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_hidden()
    expect(page.locator(".cite")).to_be_focused()
    page.focus("#tab-ask")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-search")).to_be_focused()
    expect(page.locator("#panel-search")).to_be_visible()


def test_enter_does_not_ask_while_an_input_method_is_composing(open_page: Open) -> None:
    page = open_page()
    page.fill("#question", "きゅうしょく")
    page.evaluate(
        """() => document.getElementById("question").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    page.press("#question", "Shift+Enter")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#question")).to_have_value("きゅうしょく\n")


@pytest.mark.parametrize("size", [DESK, PHONE, ZOOMED, {"width": 320, "height": 568}], ids=str)
def test_every_state_fits_and_has_no_barrier(open_page: Open, size: dict[str, int]) -> None:
    page = open_page(size)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        found[state] = barriers(page) + ([f"{wide} px too wide"] if wide > 0 else [])

    look("empty")
    ask(page, LUNCH)
    look("answer")
    page.get_by_role("button", name="違う").click()
    look("comment")
    page.click(".cite")
    expect(page.locator(".source mark")).to_be_visible()
    look("source")
    page.get_by_role("button", name="記録の全体").click()
    page.get_by_role("button", name="目次").click()
    look("contents")
    page.get_by_role("button", name="閉じる").click()
    ask(page, STAFFING)
    look("refusal")
    page.click("#tab-search")
    page.fill("#words", "体育館 空調")
    page.press("#words", "Enter")
    expect(page.locator("#results mark").first).to_be_visible()
    look("search")
    page.click("#tab-browse")
    expect(page.locator("#documents .item").first).to_be_visible()
    look("list")
    as_user(page, "clerk")
    page.click("#tab-ask")
    if not page.locator("#rail").evaluate("rail => rail.open"):
        page.click("#rail summary")
    ask(page, LUNCH)
    look("history")
    page.locator(".drop").click()
    look("dialog")
    page.get_by_role("button", name="やめる").click()
    page.select_option("#language", "en")
    look("english")
    page.click("#tab-search")
    look("english search")
    assert {state: faults for state, faults in found.items() if faults} == {}


def long_town() -> list[Record]:
    """The town with a speech of many paragraphs before and after the one that is cited."""
    record = TOWN[0]
    much = "\n".join(f"ほかの{n}番目の件についてお答えします。" for n in range(150))
    speeches = tuple(
        replace(s, text=f"{much}\n{s.text}\n{much}") if s.answers else s for s in record.speeches
    )
    return [replace(record, speeches=speeches)]


def test_in_a_long_record_the_mark_is_in_view_and_the_bar_stays(services: Services, browser: Browser) -> None:
    with served(create_app(replace(services, engine=FakeEngine(long_town())))) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(address)
        for question in (LUNCH, LUNCH, LUNCH):
            ask(page, question)
        page.locator(".cite").last.click()
        for view in ("質問と答弁", "記録の全体"):
            page.get_by_role("button", name=view).click()
            expect(page.locator(".source mark").first).to_be_in_viewport()
            assert page.evaluate("() => document.getElementById('bar').getBoundingClientRect().top") == 0
            assert page.evaluate("() => document.scrollingElement.scrollTop") == 0
        context.close()


def test_the_next_question_is_taken_as_soon_as_the_answer_stands(
    services: Services, browser: Browser
) -> None:
    app = create_app(services)

    async def lingering(scope: Scope, receive: Receive, send: Send) -> None:
        async def slowly(message: Message) -> None:
            if (
                message["type"] == "http.response.body"
                and not message.get("more_body")
                and "query" in scope["path"]
            ):
                await asyncio.sleep(20)
            await send(message)

        await app(scope, receive, slowly if scope["type"] == "http" else send)

    with served(lingering) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(address)
        ask(page, LUNCH)
        ask(page, LUNCH)
        context.close()


def test_on_a_phone_the_source_covers_the_page_and_keeps_the_focus(open_page: Open) -> None:
    page = open_page(PHONE)
    ask(page, LUNCH)
    page.click(".item")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("() => document.getElementById('main').inert")
    page.get_by_role("button", name="閉じる").click()
    assert not page.evaluate("() => document.getElementById('main').inert")
    expect(page.locator(".item")).to_be_focused()


def test_motion_stops_for_those_who_asked_for_less(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    page.evaluate(
        "() => { const d = document.createElement('div'); d.className = 'busy'; document.body.append(d); }"
    )
    name = page.evaluate("() => getComputedStyle(document.querySelector('.busy'), '::before').animationName")
    assert name == "none"


def test_a_link_opens_its_passage(open_page: Open) -> None:
    page = open_page(path="/#/passage/p7f3a0007")
    expect(page.locator(".source mark").first).to_contain_text(ANSWER)


def test_an_error_is_told_with_its_number_and_can_be_tried_again(
    services: Services, engine: FakeEngine, browser: Browser
) -> None:
    def fail() -> None:
        raise RuntimeError("ひみつ")

    with served(create_app(services)) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        page.goto(address)
        engine.before = fail
        page.fill("#question", LUNCH)
        page.press("#question", "Enter")
        expect(page.locator(".error-card")).to_contain_text("受付番号：")
        assert "ひみつ" not in page.content()
        engine.before = lambda: None
        page.get_by_role("button", name="もう一度質問する").click()
        expect(page.locator(".text")).to_contain_text(ANSWER)
        context.close()


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>学校給食費の無償化は[見る](https://evil.example/)から始まります。"


def hostile_town() -> list[Record]:
    """The town with planted markup in every field that is shown."""
    record = TOWN[0]
    speeches = tuple(
        replace(s, text=HOSTILE, speaker="<b>x</b>", agenda="<i>y</i>") if s.answers else s
        for s in record.speeches
    )
    return [replace(record, title="<u>z</u>" + record.title, speeches=speeches)]


def test_markup_in_a_document_stays_text(services: Services, browser: Browser) -> None:
    app = create_app(
        replace(services, engine=FakeEngine(hostile_town()), settings=Settings(user_header=True))
    )
    with served(app) as address:
        context = browser.new_context(viewport=DESK)
        page = context.new_page()
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        ask(page, "学校給食費の無償化はいつから始まりますか。")
        expect(page.locator(".text")).to_contain_text("<img src=x")
        page.click(".cite")
        expect(page.locator(".source mark").first).to_contain_text("<script>")
        assert (
            page.locator(".turn img, .source img, .turn script, .source script, .source b, .turn a").count()
            == 0
        )
        context.close()
    assert dialogs == []
