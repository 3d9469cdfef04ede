"""The operators' page in a real browser: narrow, propose and approve, hand in, look at figures; keyboard and barriers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.app import create_app
from api.auth import Caller, Directory
from api.daybook import Daybook
from api.engine import StoreEngine
from api.holdings import Holdings
from api.labelling import LabelDesk
from api.noting import Noting
from api.overview import Overview
from api.services import Services
from api.settings import AlertSettings, DisclosureSettings, Settings
from corpus.audit import Audit
from corpus.disclosure import Principal
from corpus.embedding import HashEmbedder
from corpus.serial import document_to_json
from corpus.store import Store
from ingest.job import Order
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.api.browsing import PATIENCE_MS, Held, barriers, launched
from tests.api.fake import FeedbackList
from tests.api.serving import served
from tests.stores import APPROVERS, NOW, OPEN, TODAY, job, labels, take, written

pytestmark = pytest.mark.browser

PLAN = written("整備方針", "整備の費用はいくらですか。", "整備の費用は三億円を見込んでいます。")
NEW = written("端末の配付", "端末はいつ配りますか。", "端末は四月に配ります。")
RUNNER = Principal("runner", "運用 太郎", frozenset({"情報政策課"}))
SECOND = Principal("second", "公開 花子", frozenset({"総務課"}), frozenset({"情報公開担当", "監査担当"}))
READER = Principal("reader", "読者 次郎", frozenset({"福祉課"}))
DIRECTORY = Directory({p.id: Caller(p, operator=p is not READER) for p in (RUNNER, SECOND, READER)})
SECRET = "三億円"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the page."""
    yield from launched()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    take(opened, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    yield opened
    opened.close()


def services(store: Store) -> Services:
    audit = Audit(store.root / "audit.db")
    daybook = Daybook(store.root / "daybook.db", identify=store.catalogue.identify, now=lambda: NOW)
    noting = Noting(daybook, unanswered_days=90, alerts=AlertSettings(), now=lambda: NOW)
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    engine = StoreEngine(store, pipeline, now=lambda: NOW, audit=audit, note=noting.served)
    desk = LabelDesk(store, labels(store), audit, now=lambda: NOW)
    return Services(
        engine=engine,
        settings=Settings(user_header=True, disclosure=DisclosureSettings(approvers=APPROVERS)),
        directory=lambda: DIRECTORY,
        feedback=FeedbackList(),
        holdings=Holdings(store, labels(store), lambda: job(store), approvers=APPROVERS, now=lambda: NOW),
        labels=desk,
        overview=Overview(
            store, desk, audit, daybook, approvers=APPROVERS, auditors=("監査担当",), now=lambda: NOW
        ),
        noting=noting,
        now=lambda: NOW,
    )


@pytest.fixture
def open_page(store: Store, browser: Browser) -> Iterator[Open]:
    """Opens the page as somebody; afterwards nothing may have failed in it."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []
    with served(create_app(services(store))) as address:

        def make(person: Principal, path: str = "/operators", width: int = 1366, height: int = 768) -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP")
            contexts.append(context)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda m: troubles.append(m.text) if _unexpected(m.text, m.type) else None)
            page.goto(address + path)
            page.wait_for_selector("#switch:not([hidden])")
            page.select_option("#user", person.id)
            return page

        yield make
        for context in contexts:
            context.close()
    assert troubles == []


def _unexpected(text: str, kind: str) -> bool:
    """Chromium reports every answer of 4xx; those that the page expects are no trouble."""
    return kind in ("error", "warning") and "status of 4" not in text


def asked(page: Page) -> str:
    """What a reader is answered about the plan."""
    page.fill("#question", "整備の費用はいくらですか。")
    page.press("#question", "Enter")
    expect(page.locator(".turn").last.locator(".sources-title, .try").first).to_be_visible()
    return page.locator(".turn").last.inner_text()


def choose(page: Page, title: str) -> None:
    """Open the sheet of a document."""
    page.get_by_role("button", name=title).click()
    expect(page.get_by_role("dialog", name=title)).to_be_visible()
    expect(page.get_by_role("heading", name="公開区分の履歴")).to_be_visible()


def test_what_is_narrowed_is_gone_for_a_reader_and_back_after_a_second_person_approves(
    open_page: Open,
) -> None:
    reader, runner = open_page(READER, "/"), open_page(RUNNER)
    assert SECRET in asked(reader)
    choose(runner, "整備方針")
    runner.get_by_label("対象の語句").fill(SECRET)
    runner.get_by_role("button", name="変更する").click()
    expect(runner.locator(".done")).to_contain_text("もうだれにも示されません")
    expect(runner.locator(".done")).to_contain_text("1件の回答など")
    assert SECRET not in asked(reader)
    runner.get_by_role("button", name="一覧を出す").click()
    expect(runner.get_by_role("region", name="この文書を示した記録")).to_contain_text("読者 次郎")

    runner.get_by_label("対象の語句").fill(SECRET)
    runner.get_by_role("radio", name="公開", exact=True).check()
    runner.get_by_role("button", name="変更する").click()
    expect(runner.locator(".done")).to_contain_text("提案しました")
    runner.get_by_role("button", name="閉じる").click()
    runner.get_by_role("tab", name="承認待ち").click()
    expect(runner.get_by_role("button", name="承認する")).to_be_disabled()
    assert SECRET not in asked(reader)

    second = open_page(SECOND)
    second.get_by_role("tab", name="承認待ち 1").click()
    second.get_by_role("button", name="承認する").click()
    expect(second.locator("#proposals")).to_contain_text("承認を待っている提案はありません")
    assert SECRET in asked(reader)


def test_a_file_is_handed_in_and_a_broken_one_is_refused_with_a_reason(
    open_page: Open, tmp_path: Path
) -> None:
    good, bad = tmp_path / "端末.json", tmp_path / "壊れた.json"
    good.write_text(json.dumps(document_to_json(NEW), ensure_ascii=False), encoding="utf-8")
    bad.write_text("{", encoding="utf-8")
    page = open_page(RUNNER)
    page.get_by_role("tab", name="登録と取り込み").click()
    expect(page.locator("#collection")).to_have_value("情報政策課")
    page.set_input_files("#file", [good, bad])
    page.get_by_role("button", name="登録する").click()
    expect(page.locator(".sending li")).to_contain_text(["受け付けました", "受け付けました"])
    rows = page.get_by_role("region", name="登録したファイル")
    expect(rows.get_by_role("row", name="端末.json")).to_contain_text("取り込み済み")
    expect(rows.get_by_role("row", name="壊れた.json")).to_contain_text("取り込めませんでした")
    expect(rows.get_by_role("link", name="文書を開く")).to_have_count(1)
    page.get_by_role("tab", name="利用状況").click()
    page.get_by_role("tab", name="登録と取り込み").click()
    runs = page.get_by_role("region", name="取り込みの記録")
    bad_run = runs.get_by_role("row", name="登録 運用 太郎").first
    bad_run.get_by_text("1件").click()
    expect(bad_run).to_contain_text("壊れた.json")
    expect(bad_run).to_contain_text("秒")
    expect(runs.get_by_role("row", name="コマンド")).to_contain_text("全庁")
    refused = page.get_by_role("region", name="取り込めなかったファイル")
    expect(refused.get_by_role("row", name="壊れた.json")).to_contain_text("読み取り中に誤り")


def test_figures_and_unanswered_questions_are_shown(open_page: Open) -> None:
    reader = open_page(READER, "/")
    asked(reader)
    reader.fill("#question", "火星への移住はいつですか。")
    reader.press("#question", "Enter")
    expect(reader.locator(".turn").last.locator(".try")).to_be_visible()
    page = open_page(RUNNER)
    page.get_by_role("tab", name="利用状況").click()
    everybody = page.locator("tr.all")
    expect(everybody).to_contain_text("令和7年9月29日の週")
    expect(everybody).to_contain_text("33%")
    page.get_by_role("tab", name="答えのなかった質問").click()
    expect(page.get_by_role("row", name="火星への移住")).to_contain_text("福祉課")


def test_for_those_who_do_not_operate_the_page_is_empty(open_page: Open) -> None:
    page = open_page(READER)
    expect(page.locator("#closed")).to_be_visible()
    expect(page.locator("#desk")).to_be_hidden()


def test_after_a_switch_of_users_nothing_of_the_former_is_left(open_page: Open) -> None:
    page = open_page(RUNNER)
    expect(page.locator("#documents")).to_contain_text("整備方針")
    page.select_option("#user", READER.id)
    expect(page.locator("#desk")).to_be_hidden()
    assert "整備方針" not in page.content()


def test_what_was_opened_or_is_still_awaited_goes_with_its_user(open_page: Open) -> None:
    page = open_page(RUNNER)
    choose(page, "整備方針")
    page.get_by_role("button", name="閉じる").click()
    expect(page.locator("#documents")).to_contain_text("整備方針")
    held = Held(page, "**/v1/labels?**")
    page.fill("#words", "整備")
    page.press("#words", "Enter")
    held.wait()
    page.select_option("#user", READER.id)
    held.let_go()
    expect(page.locator("#announce")).to_contain_text("利用者を切り替え")
    assert "整備" not in page.locator("body").inner_html()
    expect(page.locator("#words")).to_have_value("")


def test_files_that_wait_to_be_sent_are_not_sent_for_the_next_user(open_page: Open, tmp_path: Path) -> None:
    names = [tmp_path / "端末一.json", tmp_path / "端末二.json"]
    for name in names:
        name.write_text(json.dumps(document_to_json(NEW), ensure_ascii=False), encoding="utf-8")
    page = open_page(RUNNER)
    page.get_by_role("tab", name="登録と取り込み").click()
    expect(page.locator("#collection")).to_have_value("情報政策課")
    page.set_input_files("#file", names)
    held = Held(page, "**/v1/documents", "POST")
    page.get_by_role("button", name="登録する").click()
    held.wait()
    page.select_option("#user", SECOND.id)
    expect(page.locator("#announce")).to_contain_text("利用者を切り替え")
    with page.expect_response("**/v1/documents"):
        held.let_go()
    page.select_option("#user", RUNNER.id)
    rows = page.get_by_role("region", name="登録したファイル")
    expect(rows.get_by_role("row", name="端末一.json")).to_contain_text("取り込み済み")
    expect(rows.get_by_role("row", name="端末二.json")).to_have_count(0)


def test_the_keyboard_reaches_everything(open_page: Open) -> None:
    page = open_page(RUNNER)
    expect(page.locator("#documents")).to_contain_text("整備方針")
    page.locator("#tab-labels").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-proposals")).to_be_focused()
    expect(page.locator("#panel-proposals")).to_be_visible()
    held = Held(page, "**/v1/labels?**")
    page.keyboard.press("Home")
    expect(page.locator("#panel-labels")).to_be_visible()
    held.wait()
    page.get_by_role("button", name="整備方針").focus()
    held.let_go()
    expect(page.locator("#announce")).to_have_text("文書を1件表示しました。")
    expect(page.get_by_role("button", name="整備方針")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (683, 384), (390, 844)])
def test_no_tab_has_barriers_or_is_wider_than_the_screen(open_page: Open, width: int, height: int) -> None:
    page = open_page(RUNNER, width=width, height=height)
    for name in (
        "文書と公開区分",
        "承認待ち",
        "登録と取り込み",
        "利用状況",
        "答えのなかった質問",
        "監査への知らせ",
    ):
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel").get_by_role("heading").first).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("tab", name="文書と公開区分").click()
    choose(page, "整備方針")
    assert barriers(page) == []
