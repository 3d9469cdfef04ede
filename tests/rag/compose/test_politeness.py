import pytest

from rag.compose.brief import line
from rag.compose.pieces import pieces
from rag.compose.politeness import casual
from rag.compose.wording import ended, plain


@pytest.mark.parametrize(
    ("polite", "written"),
    [
        ("利用料は変わりませんでした", "利用料は変わらなかった"),
        ("示されたものはございません", "示されたものはない"),
        ("倉庫に配置してございます", "倉庫に配置している"),
        ("影響は想定してございません", "影響は想定していない"),
        ("差がございましたが、", "差があったが、"),
        ("名簿を書きました", "名簿を書いた"),
        ("桟橋へ行きました", "桟橋へ行った"),
        ("工事は行われていませんが、", "工事は行われていないが、"),
        ("時間が必要ですが、", "時間が必要だが、"),
        ("長年の課題でした", "長年の課題だった"),
        ("水位が高いです", "水位が高い"),
    ],
)
def test_polite_verbs_are_put_plainly(polite: str, written: str) -> None:
    assert casual(polite) == written


def test_what_is_plain_already_stays() -> None:
    text = "ますの養殖をまして守る。"
    assert casual("港の水深を測る。") == "港の水深を測る。"
    assert "養殖" in casual(text)


def test_a_line_ends_plainly_whatever_the_verb() -> None:
    assert ended("避難の時間は変わりません。") == "避難の時間は変わらない。"
    assert ended("住民からご意見がございました。") == "住民からご意見があった。"
    assert ended("廃止するに至りました。") == "廃止するに至った。"


def test_to_take_part_is_no_noun() -> None:
    assert plain("漁港の清掃に取り組み、水質を測ります。").startswith("漁港の清掃に取り組み、")
    assert plain("漁港の清掃の取り組みを広げます。").startswith("漁港の清掃の取組を")


@pytest.mark.parametrize("text", ["新しい桟橋の利用を可能と。", "漁協の皆様にご理解いただければ。"])
def test_a_line_does_not_end_in_the_middle(text: str) -> None:
    talk = [*pieces(text), *pieces("桟橋の照明を来年三月までに二十基増設してまいります。")]
    cuts = line("桟橋の利用と照明は。", talk)
    assert cuts and not any(cut.text.endswith(("と。", "ば。")) for cut in cuts)
