"""Closing acts at once, opening needs two people, and no step in between shows more than before or after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.labels import Act
from corpus.model import LabelClaim
from corpus.register import events_of
from corpus.store import Store
from ingest.errors import LabelError, UnknownRecordError
from ingest.job import Order
from ingest.relabel import LabelState
from ingest.wishes import Change
from tests.stores import (
    DISCLOSURE,
    IT,
    IT_CHIEF,
    OPEN,
    SALT,
    STAFF,
    WELFARE,
    job,
    labels,
    marked,
    only_document,
    read_by,
    take,
    written,
)

CLOSED = Label(Status.CLOSED, reason="検討段階のため")
PLAN = written(
    "整備方針", "候補地はどこですか。", "候補地は北町です。費用は三億円です。", "よく分かりました。"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    take(opened, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    yield opened
    opened.close()


def close(store: Store, *quotes: str, by: Principal = IT, label: Label = CLOSED) -> None:
    assert (
        labels(store).change(only_document(store), Change(label, quotes=quotes), by).state
        is LabelState.IN_FORCE
    )


def test_closing_words_takes_them_from_everybody_but_the_owner(store: Store) -> None:
    close(store, "費用は三億円です。")
    assert "三億円" not in read_by(store, PUBLIC)
    assert "三億円" not in read_by(store, WELFARE)
    assert "候補地は北町です。〔非公開〕" in read_by(store, PUBLIC)
    assert "費用は三億円です。" in read_by(store, IT)
    assert store.verify() == []


def test_an_agenda_item_and_an_utterance_can_be_closed_by_number_and_title(store: Store) -> None:
    change = Change(CLOSED, sections=("議題2",), utterances=(3,))
    labels(store).change(only_document(store), change, IT)
    assert read_by(store, PUBLIC) == "整備方針\n候補地はどこですか。\n〔非公開〕\n〔非公開〕"


def test_opening_needs_a_second_person(store: Store) -> None:
    close(store)
    change = labels(store)
    proposed = change.change(only_document(store), Change(OPEN), IT)
    assert proposed.state is LabelState.PROPOSED
    assert read_by(store, PUBLIC) == ""
    with pytest.raises(LabelError):
        change.approve(proposed.decision, IT)
    assert read_by(store, PUBLIC) == ""
    assert [event.decision for event in change.proposals(DISCLOSURE)] == [proposed.decision]
    change.approve(proposed.decision, DISCLOSURE)
    assert "三億円" in read_by(store, PUBLIC)
    assert change.proposals(DISCLOSURE) == []


def test_another_department_can_neither_label_nor_approve_nor_tell_what_exists(store: Store) -> None:
    change = labels(store)
    for attempt in (only_document(store), "0" * 32):
        with pytest.raises(UnknownRecordError):
            change.change(attempt, Change(CLOSED), WELFARE)
    close(store)
    proposed = change.change(only_document(store), Change(OPEN), IT)
    for decision in (proposed.decision, 999):
        with pytest.raises(UnknownRecordError):
            change.approve(decision, WELFARE)
    assert change.proposals(WELFARE) == []


def test_a_person_whose_time_is_over_cannot_label(store: Store) -> None:
    gone = replace(IT, valid_until=PLAN.date)
    with pytest.raises(UnknownRecordError):
        labels(store).change(only_document(store), Change(CLOSED), gone)


def test_a_rejected_proposal_is_done_with(store: Store) -> None:
    close(store)
    change = labels(store)
    proposed = change.change(only_document(store), Change(OPEN), IT)
    change.reject(proposed.decision, IT)
    with pytest.raises(UnknownRecordError):
        change.approve(proposed.decision, DISCLOSURE)
    assert read_by(store, PUBLIC) == ""


def test_closing_sets_open_proposals_aside(store: Store) -> None:
    close(store, "北町")
    change = labels(store)
    proposed = change.change(only_document(store), Change(OPEN, quotes=("北町",)), IT)
    close(store)
    with pytest.raises(UnknownRecordError):
        change.approve(proposed.decision, DISCLOSURE)


def test_closing_a_part_does_not_open_the_rest_of_a_closed_record(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "other")
    form = replace(PLAN, claims=(LabelClaim(Label(Status.PARTIAL), "form"),))
    take(store, tmp_path / "files", {"plan.json": form})
    close(store, "北町")
    assert read_by(store, PUBLIC) == ""


def test_partly_closed_with_parts_opens_the_rest_once_approved(store: Store) -> None:
    close(store)
    change = labels(store)
    partial = replace(CLOSED, status=Status.PARTIAL)
    proposed = change.change(only_document(store), Change(partial, quotes=("三億円",)), IT)
    assert proposed.state is LabelState.PROPOSED
    change.approve(proposed.decision, IT_CHIEF)
    assert "費用は〔非公開〕です。" in read_by(store, PUBLIC)
    assert "三億円" in read_by(store, IT)


def test_closing_around_words_closed_more_narrowly_leaves_them_so(store: Store) -> None:
    group = Label(Status.CLOSED, frozenset({frozenset({"group:班"})}))
    member = replace(WELFARE, groups=frozenset({"班"}))
    close(store, "北町", label=group)
    close(store, label=STAFF)
    labels(store).change(only_document(store), Change(CLOSED, sections=("議題2",)), IT)
    assert "北町" not in read_by(store, IT)
    assert "三億円" in read_by(store, IT)
    assert "三億円" not in read_by(store, member)


def test_words_withheld_from_the_person_look_like_words_that_are_not_there(store: Store) -> None:
    close(store, "北町", label=Label(Status.CLOSED, frozenset({frozenset({"group:班"})})))
    for quote in ("北町", "南町"):
        with pytest.raises(LabelError, match=r"^指定された文言が見つかりません。$"):
            labels(store).change(only_document(store), Change(STAFF, quotes=(quote,)), IT)


def test_withholding_existence_leaves_no_mark_and_lifting_that_needs_two(store: Store) -> None:
    close(store, "費用は三億円です。", label=replace(CLOSED, hidden=True))
    assert "〔非公開〕" not in read_by(store, PUBLIC)
    shown = labels(store).change(only_document(store), Change(CLOSED, quotes=("費用は三億円です。",)), IT)
    assert shown.state is LabelState.PROPOSED


def test_labels_that_cannot_be_meant_are_refused(store: Store) -> None:
    for label in (
        replace(STAFF, status=Status.OPEN),
        replace(OPEN, hidden=True),
        Label(Status.CLOSED, frozenset({frozenset({"*"})})),
        Label(Status.CLOSED, frozenset({frozenset({"public"})})),
    ):
        with pytest.raises(LabelError):
            labels(store).change(only_document(store), Change(label), IT)


def test_a_change_outlives_the_next_ingest_of_the_same_and_of_a_shifted_text(
    store: Store, tmp_path: Path
) -> None:
    close(store, "費用は三億円です。")
    shifted = written("整備方針", "はじめに、候補地はどこですか。", *(u for u in PLAN.text.split("\n")[1:]))
    assert take(store, tmp_path / "files", {"plan.json": shifted}, Order(label=OPEN))[0][2] == ()
    assert "三億円" not in read_by(store, PUBLIC)
    assert "はじめに、" in read_by(store, PUBLIC)


def test_words_that_are_not_found_again_close_the_document_and_the_owner_is_told(
    store: Store, tmp_path: Path
) -> None:
    close(store, "費用は三億円です。")
    other = written("整備方針", "候補地はどこですか。", "候補地は北町です。費用は３億円です。")
    ((_, _, warnings),) = take(store, tmp_path / "files", {"plan.json": other}, Order(label=OPEN))
    assert any("文書全体を閉じました" in warning for warning in warnings)
    assert read_by(store, PUBLIC) == ""
    lost = [event.id for event in labels(store).history(only_document(store), IT) if event.span]
    again = Change(CLOSED, quotes=("費用は３億円です。",), replaces=tuple(lost))
    proposed = labels(store).change(only_document(store), again, IT)
    assert proposed.state is LabelState.PROPOSED
    labels(store).approve(proposed.decision, IT_CHIEF)
    assert "〔非公開〕" in read_by(store, PUBLIC)
    assert "３億円" not in read_by(store, PUBLIC)


def test_words_that_stand_at_several_places_of_the_new_text_are_closed_at_all_of_them(
    store: Store, tmp_path: Path
) -> None:
    close(store, "北町")
    other = written("整備方針", "まず候補地は。", "候補地は北町です。", "北町ですね。")
    take(store, tmp_path / "files", {"plan.json": other}, Order(label=OPEN))
    assert "北町" not in read_by(store, PUBLIC)
    assert read_by(store, PUBLIC).count("〔非公開〕") == 2


def test_what_two_people_opened_is_not_closed_by_the_same_file_again(store: Store, tmp_path: Path) -> None:
    form = replace(PLAN, claims=(LabelClaim(Label(Status.CLOSED), "form"),))
    take(store, tmp_path / "files", {"plan.json": form})
    assert read_by(store, PUBLIC) == ""
    proposed = labels(store).change(only_document(store), Change(OPEN), IT)
    labels(store).approve(proposed.decision, IT_CHIEF)
    take(store, tmp_path / "files", {"plan.json": replace(form, title="整備方針（確定）")})
    assert "整備方針（確定）" in read_by(store, PUBLIC)


def test_what_is_said_after_the_opening_is_obeyed_too(store: Store, tmp_path: Path) -> None:
    close(store)
    proposed = labels(store).change(only_document(store), Change(OPEN), IT)
    labels(store).approve(proposed.decision, IT_CHIEF)
    take(store, tmp_path / "files", {"plan.json": PLAN}, Order(label=STAFF))
    assert read_by(store, PUBLIC) == ""
    assert "三億円" in read_by(store, WELFARE)


def test_leaving_the_operators_word_out_opens_nothing(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"plan.json": PLAN}, Order(label=STAFF))
    take(store, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    assert read_by(store, PUBLIC) == ""


def test_words_that_come_back_without_their_mark_stay_closed(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"plan.json": marked(PLAN, "三億円")}, Order(label=OPEN))
    ((_, _, warnings),) = take(store, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    assert any("印のない形" in warning for warning in warnings)
    assert "三億円" not in read_by(store, PUBLIC)


def test_an_upload_cannot_take_back_what_its_file_closed(store: Store, tmp_path: Path) -> None:
    closed = replace(PLAN, claims=(LabelClaim(Label(Status.CLOSED), "form"),))
    opened = replace(PLAN, claims=(LabelClaim(OPEN, "form"),))
    take(store, tmp_path / "files", {"plan.json": closed})
    take(store, tmp_path / "files", {"plan.json": opened}, Order(trusted=False))
    assert read_by(store, PUBLIC) == ""
    take(store, tmp_path / "files", {"plan.json": replace(opened, title="整備方針２")})
    assert "整備方針２" in read_by(store, PUBLIC)


def test_the_recall_list_names_the_passages_that_lost_readers_and_no_others(store: Store) -> None:
    held = store.catalogue.passages_of(only_document(store), ["public"])
    outcome = labels(store).change(only_document(store), Change(CLOSED, quotes=("三億円",)), IT)
    assert list(outcome.withdrawn) == [passage.id for passage in held if "三億円" in passage.text]
    assert outcome.withdrawn


def test_a_deleted_document_is_gone_and_can_be_taken_again(store: Store, tmp_path: Path) -> None:
    close(store, "三億円")
    labels(store).remove(only_document(store), IT)
    assert read_by(store, IT) == ""
    assert store.index().compartments() == frozenset()
    take(store, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN, revive=True))
    assert "候補地は北町です。" in read_by(store, PUBLIC)
    assert "三億円" not in read_by(store, PUBLIC)


def test_a_label_change_during_an_ingest_wins(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has prepared the document; before it commits, somebody closes words in it (F20)."""
    from ingest import job as module

    original = module.publish

    def close_first(*args: object, **more: object) -> object:
        monkeypatch.setattr(module, "publish", original)
        close(store, "三億円")
        return original(*args, **more)

    monkeypatch.setattr(module, "publish", close_first)
    take(store, tmp_path / "files", {"plan.json": replace(PLAN, title="整備方針２")}, Order(label=OPEN))
    assert "整備方針２" in read_by(store, PUBLIC)
    assert "三億円" not in read_by(store, PUBLIC)


def test_a_crash_after_the_first_commit_leaves_the_words_closed_and_the_next_run_finishes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("ingest.publish.build_manifest", _die)
        outcome = labels(store).change(only_document(store), Change(CLOSED, quotes=("三億円",)), IT)
    assert not outcome.finished
    assert "三億円" not in read_by(store, PUBLIC)
    assert "三億円" in read_by(store, IT)
    assert store.catalogue.pending()
    job(store).run([tmp_path / "files"], Order(label=OPEN))
    assert not store.catalogue.pending()
    assert store.verify() == []
    assert "三億円" not in read_by(store, PUBLIC)


def _die(*args: object, **more: object) -> None:
    raise OSError("no space left")


def test_a_restored_backup_closes_what_was_closed_since_before_it_serves(
    store: Store, tmp_path: Path
) -> None:
    store.close()
    backup = (tmp_path / "data" / "catalogue.db").read_bytes()
    again = Store.open(tmp_path / "data")
    close(again, "三億円")
    again.close()
    _restore(tmp_path / "data", backup)
    restored = Store.open(tmp_path / "data")
    assert read_by(restored, PUBLIC) == ""
    labels(restored).finish()
    assert "候補地は北町です。" in read_by(restored, PUBLIC)
    assert "三億円" not in read_by(restored, PUBLIC)
    assert restored.verify() == []


def test_a_restored_backup_does_not_bring_back_what_was_deleted(store: Store, tmp_path: Path) -> None:
    store.close()
    backup = (tmp_path / "data" / "catalogue.db").read_bytes()
    again = Store.open(tmp_path / "data")
    labels(again).remove(only_document(again), IT)
    again.close()
    _restore(tmp_path / "data", backup)
    restored = Store.open(tmp_path / "data")
    assert read_by(restored, PUBLIC) == ""
    assert read_by(restored, IT) == ""


def _restore(folder: Path, backup: bytes) -> None:
    for file in folder.glob("catalogue.db*"):
        file.unlink()
    (folder / "catalogue.db").write_bytes(backup)


def test_rebuilding_the_index_keeps_the_labels(store: Store) -> None:
    close(store, "三億円")
    job(store).rebuild()
    assert "三億円" not in read_by(store, PUBLIC)
    assert store.verify() == []


def test_events_are_only_ever_added(store: Store) -> None:
    close(store, "三億円")
    with store.catalogue.read() as connection:
        before = events_of(connection)
    proposed = labels(store).change(only_document(store), Change(OPEN, quotes=("三億円",)), IT)
    labels(store).approve(proposed.decision, IT_CHIEF)
    with store.catalogue.read() as connection:
        after = events_of(connection)
    assert after[: len(before)] == before
    assert [event.act for event in after[len(before) :]] == [Act.PROPOSAL, Act.APPROVAL]
    assert store.label_log.after(0) == after


def test_the_label_log_holds_no_words_of_the_text(store: Store) -> None:
    close(store, "費用は三億円です。")
    kept = store.label_log.path.read_text(encoding="utf-8")
    assert "三億円" not in kept
    assert "検討段階のため" in kept


def test_what_two_people_opened_stays_open_when_its_mark_moves_with_it(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "files", {"plan.json": marked(PLAN, "三億円")})
    proposed = labels(store).change(only_document(store), Change(OPEN, quotes=("三億円",)), IT)
    labels(store).approve(proposed.decision, IT_CHIEF)
    assert "三億円" in read_by(store, PUBLIC)
    shifted = written("整備方針", "はじめに、候補地はどこですか。", *(u for u in PLAN.text.split("\n")[1:]))
    take(store, tmp_path / "files", {"plan.json": marked(shifted, "三億円")})
    assert "はじめに" in read_by(store, PUBLIC)
    assert "三億円" in read_by(store, PUBLIC)


def test_the_index_forgets_what_stood_in_a_title_that_was_closed(tmp_path: Path) -> None:
    """The passages stay the same by their ids; only what heads them is another (L03, L05)."""
    plan = written("甲社の申出と防災", "防災は進んでいますか。", "進んでいます。", "甲社の申出")
    hidden = replace(CLOSED, hidden=True)
    stores = [Store.open(tmp_path / name, salt=SALT) for name in ("later", "from-the-start")]
    take(stores[0], tmp_path / "a" / "files", {"plan.json": plan}, Order(label=OPEN))
    close(stores[0], "甲社の申出", label=hidden)
    filed = marked(plan, "甲社の申出", hidden)
    take(stores[1], tmp_path / "b" / "files", {"plan.json": filed}, Order(label=OPEN))
    assert read_by(stores[0], PUBLIC) == "と防災\n防災は進んでいますか。\n進んでいます。"
    later, start = (store.catalogue.generation() for store in stores)
    assert later is not None
    assert start is not None
    assert later.manifest["public"] == start.manifest["public"]
    for store in stores:
        store.close()
