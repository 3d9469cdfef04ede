"""What a question asks to have happened: 移転 of the market in 「市場はいつ移転しましたか」, and what it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.japanese import normalise, parts_of_speech, placed_tokens, tokens
from rag.compose.deeds import is_light
from rag.compose.head import head_of


@dataclass(frozen=True, slots=True)
class Event:
    """What is asked to happen and whether it is asked of the past.

    `words` are those of a verb or, where `named`, of the noun it is called by (開幕 and 戦): all must be there,
    the last of them stands for it. `of` holds the words of what it is said of: subject, object, places;
    `ends` tells whether its end is asked for, or its beginning (False), or neither (None).
    """

    words: tuple[str, ...]
    past: bool
    named: bool = False
    ends: bool | None = None
    of: tuple[tuple[str, ...], ...] = ()


_CLEFT = re.compile(
    r"^(?P<clause>.*?[たるい])(?:の|こと)(?:は|が)、?(?:いつ|なぜ|どうして|誰|だれ|どなた|どこ|何|なに|どの|どれ)"
)


_ATTRIBUTE = re.compile(
    r"^(?P<clause>.*?[たるい])(?:その)?(?:理由|目的|背景|原因|根拠|経緯|時期|時点|期日|日付?|年度?|月)(?:は|を|が|について|と)"
)


_OF_NOUN = re.compile(
    r"^(?P<clause>.+?)の?(?:理由|目的|背景|原因|根拠|時期|期日|予定日|予定|日程|見込み|見通し)(?:は|を|が|について)"
)


_ENDING = re.compile(
    r"(?:の|こと|ん|もの|予定|見込み)?(?:です|でしょう|だ|だった|でした)?(?:の)?(?:か|かどうか)?$"
)


_INTERROGATIVE = re.compile(
    r"、?(?:いつ(?:から|まで|ごろ|頃)?(?:に)?|なぜ|何故|どうして|なんで|どこで?|誰が?|何(?:年度?|か月|月|週間|日|時間?)(?:前|後)?(?:から|まで)?(?:に)?)、?"
)


_PAST = re.compile(r"(?:た|でした|だった)(?:の|ん|か|こと)?(?:です|でしょう)?(?:か)?$")


_VERBAL = re.compile(
    r"(?:を|は|も|が)?(?:し|す|さ|せ|でき|いたし|致し|なさ|いただ|頂)|られ|れ[たるま]|ま(?:す|し|せ)|て|た$"
)


_KANA_VERB = re.compile(r"[うくぐすつぬぶむるい]$")


_VERB = re.compile(r"[ぁ-ん一-龠][うくぐすつぬぶむる]$")


_ASKING = frozenset({"何", "幾つ", "幾", "幾ら", "誰", "何処", "どの", "どれ", "どんな"})


_CASES = frozenset(
    ["は", "が", "を", "に", "へ", "から", "と", "で", "も", "まで", "より", "には", "では", "とは"]
)


_ASPECT = re.compile(
    r"(?:(?P<end>終わり|終わっ|終え|終了|完了)|(?P<begin>始ま|始め|開始|スタート))[^、。]{0,8}(?:か|いつ.*)?$"
)


def event_of(question: str) -> Event | None:
    """The event that the last sentence of a question asks about; None where it asks for none.

    >>> event_of("新しい橋はいつ完成しましたか")
    Event(words=('完成',), past=True, named=False, ends=None, of=(('橋',),))
    """
    sentence = _last(normalise(question))
    found = _found(sentence, question)
    return replace(found, ends=_ends(sentence)) if found else None


def _ends(sentence: str) -> bool | None:
    """Whether a question is for an end or a beginning: 「工事はいつ終わりますか」."""
    verb = _ASPECT.search(sentence)
    return None if verb is None else verb["end"] is not None


def _found(sentence: str, question: str) -> Event | None:
    past = bool(_PAST.search(sentence))
    if match := _CLEFT.match(sentence) or _ATTRIBUTE.match(sentence):
        return _event(match["clause"], match["clause"].endswith("た"))
    if match := _OF_NOUN.match(sentence):
        return _named(head_of(f"{match['clause']}は何"), match["clause"], past)
    bare = _ENDING.sub("", _INTERROGATIVE.sub("、", sentence))
    return _event(bare, past) or _named(head_of(question), bare, past)


def _last(text: str) -> str:
    parts = [part.strip() for part in re.split(r"[。?!\n]+", text) if part.strip()]
    return re.sub(r"(?:を)?(?:教えて(?:ください|下さい)?|知りたい(?:です)?)$", "", parts[-1]) if parts else ""


def _named(head: tuple[str, ...], clause: str, past: bool) -> Event | None:
    """The event that a noun names: 移転 of 「市場の移転の理由」."""
    if not any(len(word) > 1 for word in head):
        return None
    return Event(head, past, True, of=tuple(of for of in _of(clause) if not set(of) & set(head)))


def _event(clause: str, past: bool) -> Event | None:
    """The event that a clause ends in: its verb, or what a light verb is said of (停電 in 停電が起きる)."""
    placed = [each for each in placed_tokens(clause) if not each[0][0].isdigit()]
    if not placed:
        return None
    word, start, end = placed[-1]
    rest = clause[end:]
    inflected = _KANA_VERB.search(word) and re.search(r"[ぁ-ん]$", clause[start:end])
    verbal = inflected or _VERBAL.match(rest)
    if (
        verbal
        and is_light(word)
        and len(placed) > 1
        and re.search(r"[をがはもに]$", clause[placed[-2][2] : start])
    ):
        word, start, end = placed[-2]
    elif not verbal and not re.match(r"(?:が|は|も)(?:あ|ござ)", rest):
        return None
    return None if is_light(word) else Event((word,), past, of=_of(clause[:start]))


def _of(clause: str) -> tuple[tuple[str, ...], ...]:
    """The words of each noun of a clause, joined by 「の」 or in a case of its own."""
    found: list[tuple[str, ...]] = []
    nouns = [""]
    for surface, part in [*parts_of_speech(clause), ("、", "補助記号")]:
        if part not in ("助詞", "補助記号"):
            nouns[-1] += surface
        elif surface == "の":
            nouns.append("")
        elif surface in _CASES or part == "補助記号":
            found += [_nouns(noun) for noun in nouns]
            nouns = [""]
        else:
            nouns[-1] += surface
    return tuple(dict.fromkeys(filter(None, found)))


def _nouns(phrase: str) -> tuple[str, ...]:
    words = [word for word in tokens(phrase) if not word[0].isdigit() and not is_light(word)]
    if _ASKING.intersection(words):
        return ()
    return tuple(word for word in words if not _VERB.search(word))
