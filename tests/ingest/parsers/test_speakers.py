"""Speaker labels taken apart."""

import pytest

from ingest.parsers.speakers import Roster, Speaker, split_label


@pytest.mark.parametrize(
    ("label", "name", "post"),
    [
        ("知事（石田花子君）", "石田花子", "知事"),
        ("議長 (森田 花子君）", "森田花子", "議長"),
        ("百十六番（大川ひかる君）", "大川ひかる", "百十六番"),
        ("大西（由）委員", "大西（由）", "委員"),
        ("大西(由)委員", "大西（由）", "委員"),
        ("川田委員長", "川田", "委員長"),
        ("川田副委員長", "川田", "副委員長"),
        ("木内財務局長", "木内", "財務局長"),
        ("鈴木（議員）", "鈴木", "議員"),
        ("３番（佐藤一郎議員）", "佐藤一郎", "３番"),
        ("議員（３番 佐藤一郎君）", "佐藤一郎", "議員３番"),
        ("総務課長（山田太郎）", "山田太郎", "総務課長"),
        ("山田太郎（総務課長）", "山田太郎", "総務課長"),
        ("財務局長", "", "財務局長"),
        ("柳ヶ瀬委員", "柳ヶ瀬", "委員"),
        ("佐々木参考人", "佐々木", "参考人"),
        ("山田課長", "山田", "課長"),
        ("議長", "", "議長"),
    ],
)
def test_name_and_post_are_told_apart(label: str, name: str, post: str) -> None:
    assert split_label(label) == Speaker(name, post)


def test_attendance_list_decides_where_name_and_post_run_together() -> None:
    roster = Roster()
    roster.attend("会計管理部長関\u3000知一郎君\n理財局長田\u3000一夫君")
    assert split_label("関会計管理部長", roster) == Speaker("関", "会計管理部長")
    assert split_label("田理財局長", roster) == Speaker("田", "理財局長")


def test_post_shared_by_two_people_is_learnt_from_the_source() -> None:
    roster = Roster()
    roster.learn(["新美儀典部長", "別宮儀典部長"])
    assert split_label("新美儀典部長", roster) == Speaker("新美", "儀典部長")
