"""Makes a follow-up question stand alone: 「それはいつからですか」 after a question about school meals.

No model is asked. Only the earlier questions count, never the answers: those hold text that its reader may have
lost the right to since, and a client may put anything there. Whether a question with a matter of its own
belongs to the earlier one（映像はどのくらい保存されますか）cannot be told from words alone; the caller
decides that by what the reader's records say on both together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.normalisation import normalise
from rag.cues import (
    ASCII,
    BACK,
    BARE_DEED,
    CHANGE,
    ELLIPTIC,
    ENDS_IN_DEED,
    ENDS_IN_NOUN,
    IT,
    MORE,
    OF_FIGURE,
    OF_TIME,
    SAME_TIME,
    SOURCE,
    THAT,
    THE_OTHER,
    WHO_ASKED,
    WHO_SAID,
    WHY,
    WRONG,
    bare,
    of_the_answer,
)
from rag.refusal import assess_question
from rag.speaking import speakers
from rag.substitution import MEANT, PLACE, another_period, another_value, meant
from rag.topic import (
    deed_of,
    last_period,
    own_nouns,
    topic_of,
    wider,
    without_attribute,
)

MAX_TURNS = 8
"""Earlier questions that are looked at, the latest ones."""

Belongs = Callable[[str], bool]
"""Whether a question tied to the earlier one finds something said on both."""
Answered = Callable[[str], bool]
"""Whether a question gets an answer at all."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone. `completed` tells whether it was made from earlier ones."""

    text: str
    completed: bool = False


@dataclass(frozen=True, slots=True)
class _Matter:
    """An earlier question as it stands alone, and the topics that it was put under, the nearest first."""

    text: str
    roots: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The nearest topic; empty for a question that opened one."""
        return self.roots[0] if self.roots else ""


def _matter(question: str, tied: str, before: _Matter | None) -> _Matter:
    """`question`, made `tied` by what came before it; one that is tied anew goes on with the topics of that."""
    end = f"について、{bare(question)}"
    if not tied.endswith(end) or before is None:
        return _Matter(tied or question)
    root = tied.removesuffix(end)
    return _Matter(tied, (root, *(each for each in before.roots if each != root and each in root)))


@dataclass(frozen=True, slots=True)
class _Asking:
    """What a question is tied with: the day of asking, and what the reader's records say."""

    today: date
    belongs: Belongs
    answered: Answered


def resolve(
    question: str,
    earlier: Sequence[str],
    today: date,
    belongs: Belongs,
    answered: Answered = lambda _: False,
) -> Resolved:
    """`question` as it would be asked without the conversation.

    Args:
        question: as typed.
        earlier: the questions before it, oldest first; greetings and orders among them are passed over.
        today: the day of asking.
        belongs: decides about a question that could stand alone as well as follow.
        answered: decides where `belongs` says no, and the question names hardly anything.

    >>> resolve("費用は", ["中学校の給食費の無償化はいつからですか"], date(2026, 4, 1), lambda _: True).text
    '中学校の給食費の無償化について、費用は'
    """
    asking = _Asking(today, belongs, answered)
    matters: list[_Matter] = []
    for text in earlier[-MAX_TURNS:]:
        if assess_question(text, follows=bool(matters)) is None:
            tied = _tied(text, matters, asking)
            if not (tied and of_the_answer(text)):  # 誰が答えましたか leaves the matter as it was
                matters.append(_matter(text, tied, matters[-1] if matters else None))
    if not matters or assess_question(question, follows=True) is not None:
        return Resolved(question)
    tied = _tied(question, matters, asking)
    return Resolved(tied, True) if tied and tied != question else Resolved(question)


def _tied(question: str, matters: Sequence[_Matter], asking: _Asking) -> str:
    """`question` tied to the questions `matters`, the last of them before all; empty where it stands alone."""
    if not matters:
        return ""
    before, today = matters[-1].text, asking.today
    if (back := BACK.match(question.strip())) and (returned := _returned(back, matters, asking)):
        return returned
    if change := CHANGE.match(question):
        return question[change.end() :] if own_nouns(question[change.end() :]) else ""
    if (wrong := WRONG.match(question.strip())) and (
        corrected := _corrected(bare(question.strip()[wrong.end() :]), before, today)
    ):
        return corrected
    text = bare(WRONG.sub("", question.strip()))
    if THE_OTHER.search(text) and (corrected := meant(text, before, today)):
        return corrected
    if (instead := MEANT.match(text)) and instead["wrong"] and instead["wrong"] in before:
        return before.replace(instead["wrong"], instead["value"], 1)
    if ASCII.fullmatch(text):
        return ""
    return _about_answer(text, before, asking) or (
        another_period(text, before, today)
        or _pointed(text, matters[-1], asking)
        or another_value(text, before, today)
        or _tied_by_topic(text, question, matters[-1], asking)
    )


def _told(ways: Iterable[str], asking: _Asking) -> str:
    """The first of `ways` to put a question that gets an answer, else the first; nothing is asked of a single one."""
    found = list(dict.fromkeys(way for way in ways if way))
    if len(found) < 2:
        return found[0] if found else ""
    return next((way for way in found if asking.answered(way)), found[0])


def _pointed(text: str, matter: _Matter, asking: _Asking) -> str:
    """What それ or その means: the matter at hand, or one that it was put under."""
    nearest = _pointing(text, matter.text, asking.today)
    if not nearest or SAME_TIME.match(text):
        return nearest
    return _told(
        [nearest, *(_pointing(text, f"{root}について教えてください", asking.today) for root in matter.roots)],
        asking,
    )


def _corrected(text: str, before: str, today: date) -> str:
    """What was meant; 「令和5年度のほう」 is said for 「令和5年度のほうです」."""
    return meant(text, before, today) or (
        meant(f"{text}です", before, today) if ENDS_IN_NOUN.search(text) else ""
    )


def _about_answer(text: str, before: str, asking: _Asking) -> str:
    """A question about the answer before it: more of it, who gave it or asked for it, its source, why."""
    whole = topic_of(before, whole=True)
    if MORE.fullmatch(text):
        return f"{whole}について教えてください" if whole else ""  # 詳しい is no word of the matter
    if source := SOURCE.match(text):
        grounds = f"{whole}の根拠は何ですか"
        return grounds if source["what"] == "根拠" and asking.belongs(grounds) else before
    if of_the_answer(text):
        asked = WHO_ASKED.search(text) is not None
        return f"{whole}について、誰が{'質問し' if asked else '答え'}ましたか"
    if WHY.match(text):
        deed = deed_of(before)
        return f"{deed if ENDS_IN_DEED.search(deed) else whole}の理由は何ですか"
    return ""


def _returned(back: re.Match[str], matters: Sequence[_Matter], asking: _Asking) -> str:
    """「給食費の話に戻りますが、…」: the question tied to the one that was about it, or about it anew."""
    named = back["matter"] or back["former"] or ""
    words = frozenset(own_nouns(named))
    shared = [len(words & frozenset(own_nouns(matter.text))) for matter in matters]
    if not words:
        found = matters[0] if re.match("最初|はじめ|初め", back.group()) else _spoken_of(back, matters)
    elif most := max(shared):
        about = [matter for matter, held in zip(matters, shared, strict=True) if held == most]
        found = ([each for each in about if not each.roots] or about)[-1]
    else:
        found = _Matter(f"{named}について教えてください")
    rest = back["rest"].strip()
    return (_tied(rest, [found], asking) or rest) if rest else found.text


def _spoken_of(back: re.Match[str], matters: Sequence[_Matter]) -> _Matter:
    """What 「さっきの件」 means: the matter at hand, or the one before it where one is to go back to it."""
    last = matters[-1]
    if len(matters) < 2 or (last.roots and back["matter"] is None and "戻" not in back.group()):
        return last
    return matters[-2]


def _pointing(text: str, before: str, today: date) -> str:
    """A question with それ or その, with the matter in its place."""
    topic = topic_of(before)
    if not topic:
        return ""
    if (found := IT.match(text)) and not WHO_SAID.search(text):
        rest = found["rest"] or "は"
        return f"{topic_of(before, whole=True) if not own_nouns(rest) else topic}{rest}"
    if same := SAME_TIME.match(text):
        known = last_period(before, today)
        return f"{topic}について、{f'{known.text}の' if known else ''}{text[same.end() :]}"
    found = THAT.search(text)
    if found is None:
        return ""
    put = topic if found["noun"] else f"{topic_of(before, whole=bool(OF_FIGURE.match(text, found.end())))}の"
    if found.start() == 0:
        return f"{put}{text[found.end() :]}"
    return f"{topic}について、{text[: found.start()]}{text[found.end() :] if not found['noun'] else text[found.start() :]}"


def _tied_by_topic(text: str, question: str, matter: _Matter, asking: _Asking) -> str:
    """The question under the topic of the earlier one, where it names no matter of its own or the records say so."""
    before, named = matter.text, speakers(text)
    own = own_nouns(_without(text, named))
    if named and not own:
        return f"{topic_of(before, whole=True)}について、{text}"
    topic = topic_of(before) if own or re.search(r"[一-龠]", text) else topic_of(before, whole=True)
    known = frozenset(own_nouns(before))
    if not topic or (own and _stands_alone(question, own, known)):
        return ""
    if not own:
        nearest = topic_of(before, whole=True) if OF_TIME.fullmatch(text) else topic
        return _told(_put_under([nearest, *matter.roots], text, asking), asking)
    whole = [topic_of(before, whole=True)] if ELLIPTIC.fullmatch(text) else []
    roots = [without_attribute(root) for root in matter.roots]
    alone = len(own) == 1
    tied = _put_under([*whole, topic, *roots, *([wider(topic)] if alone else [])], text, asking)
    if near := next((each for each in tied if asking.belongs(each)), ""):
        return near
    if alone and (near := next((each for each in tied if asking.answered(each)), "")):
        return near
    if asking.answered(question) and not _lacks(text):
        return ""
    return tied[0] if _lacks(text) or _leaves_out(text, asking) or asking.answered(tied[0]) else ""


def _put_under(topics: Iterable[str], text: str, asking: _Asking) -> list[str]:
    """The question under each of `topics`, the nearest first."""
    return [f"{_for_period(each, text, asking)}について、{text}" for each in dict.fromkeys(topics) if each]


def _lacks(text: str) -> bool:
    """Whether a question lacks what it says something of: 「平日は」, 「いつ再開しますか」."""
    return re.fullmatch(r".{1,3}(?:は|も)", text) is not None or BARE_DEED.fullmatch(text) is not None


def _for_period(topic: str, text: str, asking: _Asking) -> str:
    """The topic without its period where the question names another one."""
    if last_period(text, asking.today) and (old := last_period(topic, asking.today)):
        return f"{topic[: old.start]}{topic[old.end :]}".lstrip("の") or topic
    return topic


def _leaves_out(text: str, asking: _Asking) -> bool:
    """Whether a question clearly goes on with something: 「平日は」, 「来年度は何種目ですか」."""
    named = last_period(text, asking.today)
    return bool(ELLIPTIC.fullmatch(text)) or (named is not None and named.start == 0)


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _stands_alone(text: str, own: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a question clearly opens a topic: it says about what, by whom or where, or names much."""
    normal = normalise(text)
    told = re.search(r"について|に関(?:し|す)|とは(?:何|$)", normal) or speakers(text) or PLACE.match(normal)
    return bool(told) or len(own) >= 3 or bool(known & frozenset(own) and len(own) >= 2)
