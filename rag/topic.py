"""What a question is about, as a phrase of its own words that a following question can be tied to."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from corpus.calendar import Mention, periods
from corpus.japanese import tokens
from rag.compose.theme import topic_words
from rag.opening import without_opening
from rag.speaking import speakers

INTERROGATIVE = re.compile(
    r"いつ(?!も|の間|しか|でも)|いくら|いくつ|誰|だれ|どなた|どこ|どの|どれ|どんな|どう|いか(?:が|に)|なぜ|何故|何(?!らか|とか)|なに|なん(?:です|でしょう)"
)
_RELATIONAL = (
    "費用 経費 料金 運賃 利用料 使用料 手数料 金額 額 予算 予算額 事業費 財源 負担 負担額 単価 価格 上限 下限 人数 件数 台数 回数 箇所数 数 "
    "総数 総額 合計 割合 比率 率 平均 年齢 平均年齢 内訳 内容 中身 詳細 詳しい 具体 概要 状況 現状 実績 成果 結果 効果 課題 問題 問題点 原因 要因 理由 根拠 背景 "
    "経緯 経過 目的 趣旨 狙い 意義 目標 目安 基準 条件 要件 資格 対象 対象者 利用者 参加者 登録者 申請者 応募者 受講者 担当 担当課 担当者 所管 責任者 委託先 "
    "時期 日程 期限 期日 期間 開始 終了 完了 導入 実施 運用 開始日 時間 場所 会場 地区 地域 地点 方法 手順 手続 手続き 仕組み 流れ 申請 申し込み 申込み 申込 申込先 予約 応募 "
    "登録 受付 窓口 連絡先 問合せ先 見通し 見込み 予定 計画 今後 方針 考え方 影響 変化 推移 増減 差 違い 種類 範囲 規模 定員 定数 対応 対策 取組 進捗 周知 "
    "者 人 方 市 区 都 県 国 町 村 先 数字 値 頃 現在 今年 今年度 昨年 昨年度 来年 来年度 年度 年 月 日 全部 全体 全て 最大 最小 最高 最低 一番 最初 最後 必要 "
    "施設 罰則 特例 例外 補償 減免 割引 相談 増員 採用 配置 体制 連携 反応 苦情 要望 危険 安全 利点 委託 事業者 業者 会社 企業 団体 主体 "
    "住民 市民 区民 都民 町民 職員 議会 金 補助金 助成金 給付金 交付金 罰金 所要 必要 方針 部長 課長 局長 "
    "結局 本当 実際 一体 答弁 答え 発言 説明 回答 名前 名称 氏名 理解 評価 意見 議論 満足 満足度 賛否 反対 賛成 結論 決定 判断 交付 支援 補助 助成 件 点 事 物 程度 追加 他 外 更 次 前 後 上 下 中"
)
_ATTRIBUTE = re.compile(
    r"(?:の|に(?:かかる|係る|要する|対する))(?:[一-龠々]{0,4}?)"
    r"(?:上限|費用|経費|金額|予算額?|料金|運賃|人数|件数|台数|総数|数|割合|率|額|単価|状況|現状|実績|内容|目標値?|予定|時期|開始|"
    r"期間|理由|原因|要因|担当|場所|会場|内訳|残高|見通し|見込み|対象|効果|課題|目的|仕組み|概要)(?:と(?:その)?[一-龠々]{2,4})?$"
)
_NOUN = re.compile(r".*[一-龠々ァ-ヴーA-Za-z]|ごみ|いじめ|みどり|がん|まち|こども|くらし|ふるさと")
"""A noun as `tokens` gives it: 引き籠, 無償; verbs, adjectives and adverbs end in kana."""
_PARTICLE = re.compile(r"(?<![あまた])(?:では|には|とは|は(?![じっな])|が|を)、?")
_TRAILING = re.compile(
    r"(?:[、,\s]|では|には|とは|は|が|を|に|で|も|へ|から|まで|現在|平均|年間|全部|合計|およそ|約)+$"
)
_ABOUT = re.compile(r"(?:について|に関(?:して|する)|につきまして|に係る)(?:は|の|、)*")
_AMONG = re.compile(r"のうち、?.*$")
_POLITE = re.compile(
    r"(?:を|について)?(?:もっと|詳しく|具体的に)*(?:教えて|説明して|お?聞かせて?)(?:ください|下さい|ほしい(?:です)?|いただけますか)?$|(?:を|について)?知りたい(?:です)?$"
)
_ENDING = re.compile(
    r"(?:に(?:なり|なって)(?:ます|い(?:ます|る))|(?:して|って|んで)?い(?:ます|ました)|あり(?:ます|ました)|ました|ます|でした|です|でしょう|だ|だった)?(?:の|ん)?(?:です|でしょう)?か$"
)
MAX_CHARS = 70
"""Length of a topic beyond which only its end is kept, which names the matter."""


def relational(word: str) -> bool:
    """Whether a noun asks "of what?": 費用, 対象, 期限 tell nothing without the matter they belong to."""
    return word in _relational_words()


def own_nouns(question: str) -> tuple[str, ...]:
    """The nouns of a question that stand for a matter of their own, each once."""
    return tuple(
        word for word in topic_words(question) if _NOUN.fullmatch(word) and word not in _relational_words()
    )


def topic_of(question: str, *, whole: bool = False) -> str:
    """The phrase that names what a question is about; empty where it names nothing.

    Args:
        question: one that can stand alone.
        whole: keep what is asked of the matter too（購入費の助成の上限）, not just the matter（購入費の助成）.

    >>> topic_of("学童クラブの待機児童は、何人でしたか。")
    '学童クラブの待機児童'
    """
    sentence = asking_sentence(question)
    about = _ABOUT.search(sentence)
    if about and own_nouns(sentence[: about.start()]):
        first = _matter_of(sentence[: about.start()])
        if first != sentence[: about.start()] or speakers(sentence[about.end() :]):
            return _short(first)  # 給食について市長は何と答えたか: who speaks is no part of it
        second = _phrase(sentence[about.end() :], whole)
        named = own_nouns(second) or (whole and second and not INTERROGATIVE.search(second))
        return _short(f"{first}の{second}" if named else first)
    return _short(_phrase(sentence, whole))


_ACCORDING = re.compile(r"^[^、。]{1,24}?に(?:よると|よれば|よりますと)、?")


def _matter_of(phrase: str) -> str:
    """The matter of 「市長は給食」: without who speaks of it."""
    said = re.match(r"[^、。]{1,30}?(?:は|が)、?(?=.)", phrase)
    return phrase[said.end() :] if said and speakers(said.group()) else phrase


def deed_of(question: str) -> str:
    """A question without its interrogative and ending: what it takes for granted, to ask why.

    >>> deed_of("運用経費はどのくらい増える見込みですか。")
    '運用経費は増える見込み'
    """
    text = asking_sentence(question)
    text = re.sub(
        r"(?:1日に?|平均で?|全部で)?(?:どのくらい|どれくらい|どれだけ|いつ(?:から|まで)?(?:に|、)?|いくら(?:に)?|いくつ(?:の)?|何[^はがをに、の]{1,5}(?:に|が|を)?)、?",
        "",
        text,
    )
    return _ENDING.sub("", text).rstrip("、")


def asking_sentence(text: str) -> str:
    """The last sentence that asks something, without politeness at its end."""
    parts = [part.strip() for part in re.split(r"[。？?！!\n]+", without_opening(text)) if part.strip()]
    asking = [part for part in parts if topic_words(part)] or parts or [""]
    return _ACCORDING.sub("", _POLITE.sub("", asking[-1]).strip())


def last_period(text: str, today: date) -> Mention | None:
    """The last expression of time in `text`."""
    found = periods(text, today)
    return found[-1] if found else None


def _phrase(sentence: str, whole: bool) -> str:
    asked = INTERROGATIVE.search(sentence)
    before = sentence[: asked.start()] if asked else sentence
    if asked and not topic_words(before):
        before = re.sub(
            r"^[^、。]{0,4}?(?:から|まで|が|の|に|で)(?=[^、。]{3})、?", "", sentence[asked.end() :]
        )
        asked = None
    ends = list(_PARTICLE.finditer(before))
    cut = [found for found in ends if topic_words(before[: found.start()])]
    if cut:
        before = before[: (cut[-1] if asked else cut[0]).start()]
    before = _AMONG.sub("", _ENDING.sub("", _TRAILING.sub("", before)))
    before = re.sub(r"(?<=[たるい])の$", "もの", before)
    return before if whole else without_attribute(before)


def without_attribute(phrase: str) -> str:
    """A phrase without what is asked of the matter at its end, while a matter remains."""
    while (shorter := _ATTRIBUTE.sub("", phrase)) != phrase and own_nouns(shorter):
        if shorter.endswith(("当たり", "あたり", "ごと")):
            break
        phrase = shorter
    return phrase


_EVERYWHERE = re.compile(
    r"(?:[市区都県府町村国](?:内|全体|全域|民)?|本[市区都県町村]|全[市区都県国]|令和.*|平成.*|[0-9].*)"
)


def wider(topic: str) -> str:
    """What a topic is a part of, where that is a matter of its own; else empty.

    >>> wider("避難所のトイレ"), wider("市内の空き家")
    ('避難所', '')
    """
    whole, part, _ = topic.rpartition("の")
    return whole if part and own_nouns(whole) and not _EVERYWHERE.fullmatch(whole) else ""


def _short(phrase: str) -> str:
    if len(phrase) <= MAX_CHARS:
        return phrase
    return re.split(r"[、。]", phrase[-MAX_CHARS:])[-1]


@cache
def _relational_words() -> frozenset[str]:
    return frozenset(_RELATIONAL.split()) | frozenset(tokens(_RELATIONAL))
