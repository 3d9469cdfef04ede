import pytest

from rag.compose.wording import can_end, ended, plain


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("貯留槽の設置を支援してまいります。", "貯留槽の設置を支援。"),
        ("安全の確保に努めてまいりたいと考えております。", "安全の確保に努める。"),
        ("導入の可否を検討してまいります。", "導入の可否を検討。"),
        ("来年度から実施する予定でございます。", "来年度から実施予定。"),
        ("地域の足を支えてまいりました。", "地域の足を支えてきた。"),
        ("協議を進めているところでございます。", "協議を進めている。"),
        ("三カ所を新たに設けました。", "三カ所を新たに設けた。"),
        ("計画には含まれておりません。", "計画には含まれていない。"),
        ("廃止することはできません。", "廃止することはできない。"),
        ("不可欠であると認識いたしております。", "不可欠である。"),
    ],
)
def test_endings_become_terse_and_keep_their_sense(spoken: str, written: str) -> None:
    assert ended(plain(spoken)) == written


def test_a_continued_clause_can_be_made_an_end() -> None:
    assert can_end("窓口を増設し、")
    assert not can_end("窓口の増設は、")
    assert ended("窓口を増設するとともに、") == "窓口を増設。"


def test_plain_wording_keeps_figures() -> None:
    assert "百二十三件" in plain("相談につきましては、百二十三件をお受けいたしまして、対応いたしました。")
