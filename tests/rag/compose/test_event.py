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
    ],
)
def test_the_event_is_what_is_asked_to_happen(question: str, words: tuple[str, ...], past: bool) -> None:
    event = event_of(question)
    assert event is not None and (event.words, event.past) == (words, past)


def test_a_noun_may_name_the_event() -> None:
    event = event_of("帆船まつりの開会式はいつですか")
    assert event is not None and event.named and event.words[0] == "開会"
