from collections.abc import Sequence

from rag.compose.brief import line
from rag.compose.pieces import Piece, pieces
from rag.compose.salience import READ, clauses, described, learned

REPLY = (
    "港の安全は重要であり、昨年度から岸壁の点検を進めております。"
    "来年度は、水温計を三十か所に設置いたします。"
    "あわせて、灯台の塗り替えを漁協と検討してまいります。"
)
QUESTION = "港の取組。今後の取組は。"


class Likes:
    """A tagger to which one word is worth all."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def values(self, question: str, parts: Sequence[str], ends: Sequence[Sequence[int]]) -> list[list[float]]:
        self.read += parts
        return [
            [9.0 if part[:end].endswith(self.word) else -9.0 for end in own]
            for part, own in zip(parts, ends, strict=True)
        ]


def talk() -> list[Piece]:
    return [piece for piece in pieces(REPLY) if not piece.empty]


def test_each_word_gets_the_number_of_its_own_place() -> None:
    rows = {
        word: row[READ]
        for *_, words, found in described(QUESTION, talk(), Likes("水温計"))
        for word, row in zip(words, found, strict=True)
    }
    assert rows.pop("水温計") == 9.0
    assert set(rows.values()) == {-9.0}


def test_the_tagger_reads_the_whole_reply_in_order() -> None:
    tagger = Likes("灯台")
    list(clauses(QUESTION, talk(), tagger))
    assert (
        "".join(tagger.read).index("点検")
        < "".join(tagger.read).index("水温計")
        < "".join(tagger.read).index("灯台")
    )


def test_what_the_tagger_likes_comes_into_the_line() -> None:
    for word, other in (("水温計", "灯台"), ("灯台", "水温計")):
        text = "".join(cut.text for cut in line(QUESTION, talk(), tagger=Likes(word)))
        assert word in text and other not in text


def test_without_a_tagger_its_feature_is_not_asked_for() -> None:
    assert READ in learned(READ).features and READ not in learned("alone").features
    assert all(READ not in row for *_, found in described(QUESTION, talk()) for row in found)
