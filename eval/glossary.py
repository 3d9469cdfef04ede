"""What each measure is called, what it says, and which way is better: for reports, and to refuse a misspelt name."""

from __future__ import annotations

from dataclasses import dataclass

from eval.measures import is_retrieval


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as a reader of a report meets it.

    Attributes:
        name: as written in a suite.
        title: its Japanese name.
        meaning: one sentence in Japanese on what is counted.
        rising: whether more is better.
        counted: whether hits are whole questions, so that 「103問中95問」 can be said.
    """

    name: str
    title: str
    meaning: str
    rising: bool = True
    counted: bool = False


_FIXED = (
    Measure(
        "rouge1_f",
        "内容語 ROUGE-1-F",
        "模範解答と答えに共通する内容語の割合（NTCIR PoliInfo-3 の定義。形態素解析は Sudachi）。",
    ),
    Measure("facts", "必要な事実", "答えに入っているべき語句（数字・期日など）のうち、入っていた割合。"),
    Measure(
        "citation_precision",
        "出典が文を支える割合",
        "答えの文のうち、数字・日付・固有名がすべて出典にあり、内容語の6割以上が出典にあるものの割合。",
    ),
    Measure("citation_recall", "正解の箇所の引用", "正解とされた箇所のうち、答えが出典として示した割合。"),
    Measure(
        "citation_gold",
        "正解を出典とした問",
        "答えの出典に、正解とされた箇所が一つ以上ある問の割合。",
        counted=True,
    ),
    Measure(
        "refusal_precision",
        "断りの正しさ",
        "「見つからない」と断った問のうち、本当に答えがない問の割合。",
        counted=True,
    ),
    Measure(
        "refusal_recall",
        "答えがない問を断った割合",
        "答えがない問のうち、「見つからない」と断った割合。",
        counted=True,
    ),
    Measure(
        "wrong_refusal",
        "答えられる問を断った割合",
        "答えがある問のうち、誤って断った割合。",
        rising=False,
        counted=True,
    ),
    Measure(
        "unsupported_figures",
        "出典にない数字・日付・固有名",
        "答えの文のうち、その出典にない数字・日付・固有名を含むものの割合。",
        rising=False,
    ),
    Measure(
        "leaks",
        "見せてはならない語句",
        "見せてはならない語句が、答え・引用・検索結果に現れた数（一問あたり）。",
        rising=False,
    ),
    Measure(
        "reach",
        "読める人に届く割合",
        "非公開の語句のうち、読める人には正しく示された割合（漏れの検査が空振りでないことの確認）。",
        counted=True,
    ),
    Measure(
        "carried",
        "続きの質問の理解",
        "前の質問に続く質問を、話題・時期・発言者を正しく引き継いで（新しい話題なら引き継がずに）読み取れた割合。",
        counted=True,
    ),
    Measure("accuracy", "正解率", "真偽の判定が正しかった割合。", counted=True),
    Measure("balanced_accuracy", "均衡正解率", "正しい要約と誤った要約それぞれの正解率の平均。"),
    Measure("answers_precision", "答弁の対応の適合率", "質問に結び付けた答弁の段落のうち、正解の割合。"),
    Measure("answers_recall", "答弁の対応の再現率", "正解の答弁の段落のうち、結び付けられた割合。"),
    Measure(
        "answers_f", "質問と答弁の対応 F", "質問に答弁を結び付ける正しさ（段落の適合率と再現率の調和平均）。"
    ),
    Measure(
        "pairs_f",
        "段落の組の対応 F",
        "質問の段落と答弁の段落の組についての同じ値。背景の段落も数えるので低めに出る。",
    ),
)
_BY_NAME = {measure.name: measure for measure in _FIXED}


def measure(name: str) -> Measure:
    """What `name` stands for.

    Raises:
        KeyError: there is no such measure.

    >>> measure("success@1").title
    '1番目が正解'
    """
    if not is_retrieval(name):
        return _BY_NAME[name]
    kind, _, cutoff = name.partition("@")
    if kind == "success":
        if cutoff == "1":
            return Measure(name, "1番目が正解", "正解の箇所が最初に示された問の割合。", counted=True)
        return Measure(
            name, f"{cutoff}番目までに正解", f"上位{cutoff}件に正解の箇所がある問の割合。", counted=True
        )
    if kind == "recall":
        return Measure(name, f"再現率（{cutoff}件）", f"正解の箇所のうち、上位{cutoff}件に入ったものの割合。")
    if kind == "mrr":
        return Measure(name, f"MRR（{cutoff}件）", "最初の正解の順位の逆数の平均。1番目なら1、2番目なら0.5。")
    return Measure(name, f"nDCG（{cutoff}件）", "正解が上にあるほど高い、順位の良さ。理想の並びで1。")


def known(name: str) -> bool:
    """Whether there is a measure of that name."""
    return is_retrieval(name) or name in _BY_NAME


def fixed_names() -> list[str]:
    """The names without a cutoff, as listed for people."""
    return list(_BY_NAME)
