"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("始めます。続けます！終わりますか？", ["始めます。", "続けます！", "終わりますか？"]),
        ("「賛成です。」と述べた。", ["「賛成です。」と述べた。"]),
        ("「賛成です。」「反対です。」", ["「賛成です。」", "「反対です。」"]),
        ("計画（案です。未定。）を示す。", ["計画（案です。未定。）を示す。"]),
        ("　一つ目。\n　二つ目。", ["一つ目。", "二つ目。"]),
        ("議長\n委員", ["議長", "委員"]),
        ("以上です。（拍手）", ["以上です。", "（拍手）"]),
        ("閉じない「かぎ。次の文。", ["閉じない「かぎ。", "次の文。"]),
        ("終わり。」次へ。", ["終わり。」", "次へ。"]),
        ("率は３．５％です．次に移る．", ["率は３．５％です．", "次に移る．"]),
        ("\n　\n", []),
    ],
)
def test_sentences_are_cut_where_they_end(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text("あ。！？「」（）『』 　\n.．3、", max_size=40))
def test_every_visible_character_lies_in_exactly_one_span(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()
