"""What a question asks to have happened: 移転 of the market in 「市場はいつ移転しましたか」, and what it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.japanese import normalise, parts_of_speech, placed_tokens, tokens
from rag.compose.asked import asks_whether
from rag.compose.deeds import COMING_INTO_BEING, is_light
from rag.compose.head import head_of


@dataclass(frozen=True, slots=True)
class Event:
    """What is asked to happen and whether it is asked of the past.

    `words` are those of a verb or, where `named`, of the noun it is called by (開幕 and 戦): all must be there,
    the last of them stands for it. `of` holds the words of what it is said of: subject, object, places;
    `ends` tells whether its end is asked for, or its beginning (False), or neither (None); `denied` whether it is
    asked why it is not so or cannot be.
    """

    words: tuple[str, ...]
    past: bool
    named: bool = False
    ends: bool | None = None
    of: tuple[tuple[str, ...], ...] = ()
    denied: bool = False


_CLEFT = re.compile(
    r"^(?P<clause>.*?[たいうくぐすつぬぶむる])(?:の|こと)(?:は|が)、?(?:いつ|なぜ|どうして|誰|だれ|どなた|どこ|何|なに|どの|どれ)"
)


_ATTRIBUTE = re.compile(
    r"^(?P<clause>.*?[たいうくぐすつぬぶむる])(?:その)?(?:理由|目的|背景|原因|要因|根拠|経緯|意図|事情|時期|時点|期日|日付?|年度?|月)(?:は|を|が|について|と)"
)


_OF_NOUN = re.compile(
    r"^(?P<clause>.+?)の?(?:理由|目的|背景|原因|要因|根拠|時期|期日|予定日|予定|日程|見込み|見通し)(?:は|を|が|について)"
)


_NUMERAL = re.compile(r"[0-9一二三四五六七八九十]")
_NOUN_TOLD = re.compile(
    r"(?:時期|期日|予定日?|日程|見込み|見通し)(?:は|を|が|について)[^、。]*(?:示さ|示し|公表|明らか|説明さ|報告さ|変わ|変更)[^、。]*か$"
)
"""「見通しは示されましたか」 asks what was done with it."""


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


_ADJECTIVE = re.compile(r"^[一-龠]{1,2}し?い$")


_ASKING = frozenset({"何", "幾つ", "幾", "幾ら", "誰", "何処", "どの", "どれ", "どんな"})


_USING = frozenset({"使う"})
"""Light, but not where a thing is used or cannot be: 「なぜ会場に使えないのですか」「積立金を使う理由」."""


_BECOMING = "化"
"""Makes a verb of a noun; the noun is what happens: 無償化, 民営化."""
_PREFIX = re.compile(r"[無非再不]$")


_CASES = frozenset(
    ["は", "が", "を", "に", "へ", "から", "と", "で", "も", "まで", "より", "には", "では", "とは"]
)


_COURTESY = re.compile(
    r"(?:を|について(?:は)?|につきまして)?、?(?:改めて|最後に|ぜひ|具体的に)?、?(?:お?伺い|お?尋ね|お?聞き|確認)(?:を)?(?:いた)?(?:し|させていただき)?(?:たい|ておきたい)?(?:と(?:思い|存じ)|です)?(?:ます)?$"
    r"|(?:を|について)?、?(?:伺う|問う)$|(?:を|について)?、?(?:お?答え|お?聞かせ|お?示し|(?:ご)?説明|(?:ご)?答弁)(?:を)?(?:して)?(?:ください|下さい|願います|お?願い(?:いた)?し(?:ます|たい)|いただきたい)[^。]{0,8}$"
    r"|(?:を|について)?(?:教えて(?:ください|下さい)?|知りたい(?:です)?)$"
)
"""How one asks politely: no part of what is asked."""


_DENIED = re.compile(
    r"(?:ない|なかった|ません(?:でした)?|ず|難しい|難しかった)(?:の|ん|こと|もの)?(?:です|でしょう|だ)?(?:か)?$"
)


_FORMAL = re.compile(
    r"(?:と(?:いう|する))?こと(?:は|が|も|に|を|と)?(?:でき|あり?得|な[っりる]|決ま|決め|し|考え|あ[っりる]|な[いか])[^、。]*$"
)
"""「外すことはできるのですか」 asks about 外す."""


_BECOMES = re.compile(r"(?:に|と)(?:し|な[っりる]|決|変)")
"""屋内にする, 有料になる: what a thing is made is what happens to it."""


_MADE_OF_NUMBER = re.compile(
    r"^(?:.*[のはが、])?(?P<noun>[^のはが、]+)を(?:約|およそ)?[0-9一二三四五六七八九十][0-9.,]*[^をはが、]{0,8}[にと](?:し|す|さ|定め|決め|な)[^、]*$"
)
"""「期間を五年にした」: what is set is the 期間."""


_ASPECT = re.compile(
    r"(?:(?P<end>終わり|終わっ|終え|終了|完了)|(?P<begin>始ま|始め|開始|スタート))[^、。]{0,8}(?:か|いつ.*)?$"
)


def event_of(question: str) -> Event | None:
    """The event that the last sentence of a question asks about; None where it asks for none.

    >>> event = event_of("新しい橋はいつ完成しましたか")
    >>> event.words, event.past, event.of
    (('完成',), True, (('橋',),))
    """
    sentence = _last(normalise(question))
    found = _found(sentence, question)
    return replace(found, ends=_ends(sentence), denied=_denied(sentence)) if found else None


def _denied(sentence: str) -> bool:
    """Whether a question is for what is not or cannot be: 「なぜ使えないのですか」."""
    match = _CLEFT.match(sentence) or _ATTRIBUTE.match(sentence)
    if "しか" in sentence:  # 「一部しか公表されない」 tells what is made public
        return False
    return bool(_DENIED.search(match["clause"] if match else sentence))


def _ends(sentence: str) -> bool | None:
    """Whether a question is for an end or a beginning: 「工事はいつ終わりますか」."""
    verb = _ASPECT.search(sentence)
    return None if verb is None else verb["end"] is not None


def _found(sentence: str, question: str) -> Event | None:
    past = bool(_PAST.search(sentence))
    whether = asks_whether(sentence)
    match = None if whether else _CLEFT.match(sentence) or _ATTRIBUTE.match(sentence)
    if match:
        return _event(_FORMAL.sub("", match["clause"]), match["clause"].endswith("た"))
    if not (whether or _NOUN_TOLD.search(sentence)) and (match := _OF_NOUN.match(sentence)):
        return _named(head_of(f"{match['clause']}は何"), match["clause"], past)
    bare = _FORMAL.sub("", _ENDING.sub("", _INTERROGATIVE.sub("、", sentence)))
    return _event(bare, past) or _predicate(bare, past) or _named(head_of(question), bare, past)


def _last(text: str) -> str:
    parts = [part.strip() for part in re.split(r"[。?!\n]+", text) if part.strip()]
    return _COURTESY.sub("", parts[-1]) if parts else ""


_PREDICATE = re.compile(r"^(?P<clause>.+?)(?:は|が|も)(?P<noun>[^、。はがをもに]{1,14})$")


def _predicate(bare: str, past: bool) -> Event | None:
    """What a thing is asked to be: 有料 of 「会場は有料ですか」."""
    match = _PREDICATE.match(bare)
    words = _nouns(match["noun"]) if match else ()
    if match is None or not words:
        return None
    return Event(words[-1:], past, True, of=_of(f"{match['clause']}は"))


def _named(head: tuple[str, ...], clause: str, past: bool) -> Event | None:
    """The event that a noun names: 移転 of 「市場の移転の理由」."""
    if not any(len(word) > 1 and not is_light(word) for word in head):
        return None
    of = tuple(of for of in _of(clause) if not set(of) & set(head))
    return Event((*head, *_becoming(head[-1], clause)), past, True, of=of)


def _becoming(word: str, clause: str) -> tuple[str, ...]:
    """The 化 right behind a word, if any: 無償 is told as 無償化."""
    placed = placed_tokens(clause)
    behind = any(
        (one[0], other[0]) == (word, _BECOMING) and one[2] == other[1] for one, other in pairwise(placed)
    )
    return (_BECOMING,) if behind else ()


def _event(clause: str, past: bool) -> Event | None:
    """The event that a clause ends in: its verb, or what a light verb is said of (停電 in 停電が起きる)."""
    placed = [each for each in placed_tokens(clause) if not each[0][0].isdigit()]
    if not placed:
        return None
    word, start, end = placed[-1]
    rest = clause[end:]
    if (made := _MADE_OF_NUMBER.match(clause)) and (set_ := _nouns(made["noun"])):
        numbers = [word for word in tokens(clause[made.end("noun") :]) if _NUMERAL.match(word)]
        number = sorted(numbers, key=len)[-1:]  # 五年, not 五
        return Event(
            (*number, set_[-1]), past, of=_of(clause[: made.start("noun")]) or _of(f"{made['noun']}は")
        )
    inflected = _KANA_VERB.search(word) and re.search(r"[ぁ-ん]$", clause[start:end])
    okurigana = re.fullmatch(r"(?![はがをにもので]$|から$|まで$)[ぁ-ん]{1,3}", rest)
    adjective = _ADJECTIVE.search(word) and re.search(r"[ぁ-ん]$", clause[start:end])
    compound = not rest and parts_of_speech(clause)[-1][1] == "動詞"  # 見直す, whose token is its stem
    verbal = compound or inflected or adjective or okurigana or _VERBAL.match(rest) or _BECOMES.match(rest)
    if (
        past
        and word in COMING_INTO_BEING
        and re.search(r"[がは]、?$", clause[:start])
        and not _DENIED.search(rest)
    ):
        return Event((word,), past, of=_of(clause[:start]))
    if (
        verbal
        and is_light(word)
        and not (word in _USING and clause[:start].endswith("を"))
        and not _DENIED.search(rest)
        and len(placed) > 1
        and re.search(r"[てで]$" if word == "行く" else r"[をがはもに]$", clause[placed[-2][2] : start])
    ):
        word, start, end = placed[-2]
    elif not verbal and not re.match(r"(?:が|は|も)(?:あ|ござ)", rest):
        return None
    using = word in _USING and verbal and (_DENIED.search(rest) or clause[:start].endswith("を"))
    if is_light(word) and not using:
        return None
    if word == _BECOMING and len(placed) > 1 and placed[-2][2] == start:
        return Event((placed[-2][0], word), past, of=_of(_PREFIX.sub("", clause[: placed[-2][1]])))
    return Event((word,), past, of=_of(clause[:start]))


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
            manner = f"{nouns[-1]}{surface}".rstrip("、").endswith("的に")  # 全面的に tells how
            found += [_nouns(noun) for noun in (nouns[:-1] if manner else nouns)]
            nouns = [""]
        else:
            nouns[-1] += surface
    return tuple(dict.fromkeys(filter(None, found)))


def _nouns(phrase: str) -> tuple[str, ...]:
    words = [word for word in tokens(phrase) if not word[0].isdigit() and not is_light(word)]
    if _ASKING.intersection(words):
        return ()
    return tuple(word for word in words if not _VERB.search(word) and not _ADJECTIVE.search(word))
