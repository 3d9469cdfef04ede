"""What shape an answer must have: a question for a sum of money needs a sum, a when-question a time.

Read from the question alone: what it wants to know, what it is about and what it narrows that to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.expressions import Period
from corpus.japanese import normalise, tokens
from rag.compose.asked import EVENTFUL, HEADED, WHOM, Asked, asked_of
from rag.compose.deeds import is_light
from rag.compose.event import Event, event_of
from rag.compose.head import head_of, kinds_of, years_of
from rag.compose.theme import matter_of, subjects_of, topic_words, undated
from rag.opening import matter


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked (`asked`), of which counter (`counter`: 人, 校 …; empty for any) and about what (`topic`).

    `topic` holds the content words of the question without its interrogative, each once, in order;
    `subjects` those of the first noun phrase of each of its sentences: what it is about before all;
    `head` those of what is asked of it (運転手 in うみかぜ号の運転手は何人), `years` the times and `kinds` the one
    of a pair (小学校, 中学校) that it names; `event` what is asked to happen, of questions that ask for such;
    `total` whether all together are to be counted; `places` the names of towns and wards,
    `noun` what is counted, also where it is the subject (職員 in 市の職員は何人),
    `defines` whether the meaning of a name is asked, `matter` the words of the noun that an open question is about,
    `numbers` the figures of a yes/no question that are no times: 24 in 「24時間運行を始めましたか」.
    """

    asked: Asked
    topic: tuple[str, ...]
    counter: str = ""
    subjects: tuple[tuple[str, ...], ...] = ()
    head: tuple[str, ...] = ()
    years: tuple[Period, ...] = ()
    kinds: tuple[str, ...] = ()
    event: Event | None = None
    total: bool = False
    places: tuple[str, ...] = ()
    matter: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    defines: bool = False
    located: bool = False


_TOWN = re.compile(r"(?:^|[、。のはがを])([一-龠々ァ-ヴー]{1,6}[都道府県市区町村])(?=[のはでがに])")


_DEFINED = re.compile(
    r"(?<!意義)(?<!目的)(?<!効果)(?<!成果)(?<!課題)(?<!役割)(?<!見解)(?<!所見)(?<!考え)(?<!方針)とは|って何|の(?:意味|定義)は"
)


_LOCATED = re.compile(
    r"どこに(?:あり|ある|所在|位置|置)|(?:所在地|住所)は|(?:室|庁舎|窓口|事務所|事務局|本社|本店|場所)は(?:どこ|どちら)"
)


_TOTAL = re.compile(r"全部で|合計|総数|総額|総工費|総事業費|総勢|全体で|合わせて|合わせると")


_NUMBER = re.compile(r"(?<![0-9.,])[0-9]{2,}(?![0-9.,])(?!年|月|日|期|回|/)")


_TERSE = 80
"""Characters of a question up to which the event in it is what it asks about: a member's speech names many."""


def shape_of(question: str) -> Shape:
    """The shape that an answer to `question` must have.

    >>> shape_of("防災アプリの年間利用料はいくらですか。").asked.value
    'money'
    """
    question = matter(question)
    asked, counter = asked_of(question)
    years = years_of(question)
    topic = topic_words(question)
    if years:
        topic = undated(topic)
    subjects = subjects_of(question, topic)
    # a request of several sentences says more than it asks
    short = asked in HEADED or _sentences(question) == 1
    head = tuple(word for word in head_of(question) if word in topic and not is_light(word)) if short else ()
    kinds = kinds_of(question)
    head = tuple(
        word
        for word in head
        if word in kinds or not (counter not in ("", WHOM) and word.endswith(counter))  # 得点は何点
    )
    if any(set(head) <= set(subject) for subject in subjects):
        head = ()
    event = event_of(question) if asked in EVENTFUL and len(question) <= _TERSE else None
    if event is not None:  # why something is: of what, the event tells
        told = {word for of in event.of for word in of} if asked is Asked.YES_NO else set()
        head = () if asked is Asked.WHY else tuple(w for w in head if w not in event.words and w not in told)
    return Shape(
        asked,
        topic,
        counter,
        subjects,
        head,
        years,
        kinds,
        event,
        total=bool(_TOTAL.search(question)),
        noun=head_of(question),
        numbers=tuple(_NUMBER.findall(normalise(question)))
        if asked is Asked.YES_NO and len(question) <= _TERSE
        else (),
        matter=matter_of(question) if asked is Asked.OPEN and len(question) <= _TERSE else (),
        defines=bool(_DEFINED.search(question)),
        located=bool(_LOCATED.search(question)),
        places=tuple(dict.fromkeys(word for name in _TOWN.findall(question) for word in tokens(name))),
    )


def _sentences(question: str) -> int:
    return sum(bool(part.strip()) for part in re.split(r"[。？?！!\n]+", question))
