import pytest

from rag.compose.event import event_of


@pytest.mark.parametrize(
    ("question", "words", "past"),
    [
        ("新しい橋はいつ完成しましたか", ("完成",), True),
        ("市民会館が休館したのはいつですか", ("休館",), True),
        ("なぜ図書館は移転するのですか", ("移転",), False),
        ("分館を廃止した理由は何ですか", ("廃止",), True),
        ("港で大きな停電は起きましたか", ("停電",), True),
        ("市は防災協定の締結を受けましたか", ("締結",), True),
        ("港湾倉庫はいつ民営化されましたか", ("民営", "化"), True),
        ("港湾倉庫の民営化はいつからですか", ("民営", "化"), False),
    ],
)
def test_the_event_is_what_is_asked_to_happen(question: str, words: tuple[str, ...], past: bool) -> None:
    event = event_of(question)
    assert event is not None and (event.words, event.past) == (words, past)


def test_a_noun_may_name_the_event() -> None:
    event = event_of("帆船まつりの開会式はいつですか")
    assert event is not None and event.named and event.words[0] == "開会"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("避難所に犬を連れていけますか", ("連れる",)),
        ("なぜ受付を紙で行っているのですか", ("紙",)),
        ("この銘板を外すことはできますか", ("外す",)),
        ("計画が変わるということがあり得るのでしょうか", ("変わる",)),
        ("会場は有料ですか", ("有料",)),
        ("市民会館を会場に使えないのはなぜですか", ("使う",)),
        ("橋の費用を答えられないのはなぜか、お伺いいたします。", ("答える",)),
    ],
)
def test_formal_words_around_the_event_are_none(question: str, words: tuple[str, ...]) -> None:
    event = event_of(question)
    assert event is not None and event.words == words


def test_what_is_not_or_cannot_be_is_known_as_such() -> None:
    denied = event_of("市民会館を会場に使えないのはなぜですか")
    told = event_of("市民会館を会場に使うのはなぜですか")
    assert denied is not None and denied.denied
    assert told is None or not told.denied


def test_what_is_set_to_a_number_is_what_happens() -> None:
    event = event_of("番小屋の貸付期間を五年にした理由は何ですか")
    assert event is not None and event.words == ("5年", "期間")


def test_what_is_only_partly_so_is_not_denied() -> None:
    event = event_of("経費が大きな区分でしか公表されないのはなぜですか")
    assert event is not None and not event.denied


def test_a_verb_of_any_ending_is_what_is_asked_for_its_reason() -> None:
    event = event_of("市が渡し船の仕組みを見直すのはなぜですか")
    assert event is not None and not event.named and event.words == ("見直",)


def test_what_was_done_with_a_prospect_is_the_event() -> None:
    event = event_of("再建計画の後の見通しは示されていますか")
    assert event is not None and event.words == ("示す",)


def test_what_a_thing_is_made_is_no_part_of_what_it_is_made_of() -> None:
    event = event_of("桟橋通りはいつ無電柱化されますか")
    assert event is not None and event.of == (("桟橋", "通り"),)
