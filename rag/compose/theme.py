"""What a question is about: the content words beside the asking, its subjects, the matter of an open one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from corpus.japanese import given_names, normalise, tokens
from corpus.sessions import sessions
from rag.compose.deeds import is_light

_ASKING_WORDS = (
    "何 何れ 幾ら いくら 幾つ いくつ 何時 いつ 何処 どこ 誰 だれ 何故 なぜ 如何 いかが どの どれ どう どんな 位 くらい 程 ほど 頃 割 パーセント どのような どういう 見解 所見 "
    "教える 伺う 聞く 尋ねる 答える 知る 頂く 下さい 下さる 願う 質問 回答 答弁 説明 述べる 状況 予定 内容 具体 的 件 点 人 名 円 其れ 此れ 其の 此の 方 為 為る 物 所 者 達 "
    "数 総数 額 総額 合計 率 時期 理由 期間 今後 今 現在 有る 無い 居る 成る 出来る 行う 取り組み 取組 取り組む 図る 進める 考え 考える 認識 対応 方針 検討 推進 強化 必要 重要 於く 就く "
    "割合 比率 うち 内 前年 前年度 氏名 名前 名称 発言 誰か 関する 対する 向ける 言う 思う 年 月 日 時 回 か所 年間 更に 一層 等 様 事 性 化 べき"
)


_PLAIN = "取り組み 取組 取り組む 図る 進める 考え 考える 認識 対応 方針 検討 推進 強化 必要 重要 状況 内容 説明 回答"


_OF_MATTER = re.compile(
    r"(?P<noun>(?:[^、。はがをもにのとや]{2,12}の)?[^、。はがをもにのとや]{2,20})(?:について|につき|に関(?:する|し))"
)


_PHRASE = re.compile(
    r"\s*(?P<phrase>.{2,24}?)(?:について|に関(?:する|して)|に(?:よる|おける|対する|係る)|の(?!り)|は|が|を|に(?!ぎ)|で(?!き)|へ|から|まで|、|。|？|\?|$)"
)


_DATE = re.compile(r"[0-9]|(?:令和|平成|昭和)$|(?:[昨今来本翌前]|一昨|再来)(?:年度?|月|週)$|[春夏秋冬]$")


_VIEW = re.compile(r"の(?:意見|主張)(?:は|を(?:教え|伺|聞|お)[^。]*)?[。?？]?$")
"""「風見参考人の意見は」 asks for what was said; 「意見を提出した団体」 tells of opinions."""


@cache
def _asking() -> frozenset[str]:
    """The words of asking as `tokens` gives them."""
    return frozenset(tokens(_ASKING_WORDS)) | frozenset(_ASKING_WORDS.split())


@cache
def _plain() -> frozenset[str]:
    return frozenset(tokens(_PLAIN))


def topic_words(question: str) -> tuple[str, ...]:
    """The content words of a question that are not part of asking, each once, in order.

    Words such as 取組 and 見解 are left out while anything else remains. So are given names behind a family
    name: records print the latter alone; and the name of a numbered session: its records do not repeat it.
    """
    given = given_names(question)
    words = tuple(
        word for word in dict.fromkeys(tokens(_at_session(_VIEW.sub("", question)))) if word not in given
    )
    words = words or tuple(dict.fromkeys(tokens(question)))
    bare = tuple(word for word in words if word not in _asking() and not word.isdigit() and word[0] != "何")
    return bare or tuple(word for word in words if word in _plain())


def _at_session(question: str) -> str:
    """The question without the names of sessions that tell where to look: 「令和2年第1回定例会の」."""
    for mention in reversed(list(sessions(question))):
        if mention.name.number is not None and mention.name.kind and not mention.name.committee:
            question = f"{question[: mention.start]}、{question[mention.end :]}"
    return question


def undated(words: Sequence[str]) -> tuple[str, ...]:
    """The words that are no parts of a date; all of them where nothing else is there."""
    return tuple(word for word in words if not _DATE.match(word)) or tuple(words)


def subjects_of(question: str, topic: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The words of the first noun phrase of each sentence that are among `topic`."""
    sentences = [part for part in re.split(r"[。？?！!\n]+", question) if part.strip()]
    return tuple(filter(None, dict.fromkeys(_subject(part, topic) for part in sentences)))


def matter_of(question: str) -> tuple[str, ...]:
    """The words of the noun that an open question is about: 遊園 and 誘致 in 「遊園地の誘致についての見解は」."""
    found = _OF_MATTER.findall(normalise(question))
    named = topic_words(question)
    nouns = [tokens(noun) for noun in found[-1].split("の")] if found else []
    if not nouns or not set(nouns[-1]) <= set(named):
        return ()  # 「局の取組について」 tells no matter of its own
    nouns = nouns[-2:] if len(nouns[-1]) == 1 else nouns[-1:]  # 誘致 needs what is brought
    return tuple(word for noun in nouns for word in noun if len(word) > 1 and not is_light(word))


def _subject(sentence: str, topic: Sequence[str]) -> tuple[str, ...]:
    """The topic words of the first noun phrase; of the next one where the first has none (「今年の…」)."""
    rest = normalise(sentence)
    while match := _PHRASE.match(rest):
        words = tuple(w for w in tokens(match["phrase"]) if w in topic and not _DATE.match(w))
        if words:
            # neither 用 of ペット用 nor 新しい in front names anything
            return tuple(w for w in words if len(w) > 1 and not w.endswith(("い", "る"))) or words
        rest = rest[match.end() :]
    return ()
