"""Finds the sentences of the passages that answer a question, best first.

A sentence is judged by the words of the question it holds (rare words weigh more), by those its
surroundings hold (the preamble's topic, the sentence before, the agenda item, the question that the
passage answers), by whether it has what the shape of the question needs, by who says it and how.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.calendar import fiscal_year, japanese_date, japanese_fiscal_year
from corpus.injection import looks_like_instruction
from corpus.japanese import normalise, placed_tokens, sentences, tokens
from corpus.model import Passage, Role
from rag.answer import Retrieved
from rag.compose.abbreviation import shortened
from rag.compose.asked import HEADED, Asked
from rag.compose.count import fitting_figure
from rag.compose.head import holds, of_other_kind, of_other_years, tells_year
from rag.compose.mention import told
from rag.compose.needs import definite, names_near, only_rates, satisfies
from rag.compose.pieces import Piece
from rag.compose.setting import Setting
from rag.compose.shape import Shape
from rag.compose.status import Told
from rag.compose.stretch import Stretch, stretches
from rag.compose.telling import standing, tells
from rag.compose.vocabulary import concept, coverage, is_anchor

MAX_PASSAGES = 16
"""Passages beyond this rank are shown but not quoted."""

BESIDE = 3
"""Sentences before one that it may take its subject from."""
SHORT = 200
"""Characters up to which a question answered is all about what its answer says."""
MIN_SUBJECT = 0.65
"""Share of the subject, by weight, without which a sentence is about something else."""

_ROLE = {
    Role.ANSWER: 0.35,
    Role.EXPLANATION: 0.3,
    Role.RESOLUTION: 0.2,
    Role.OTHER: 0.15,
    Role.CHAIR: -0.2,
    Role.QUESTION: -0.6,
}
_DECISION = re.compile(
    r"(?:てまいります|ていきます|ていく|予定|こととし|ことと(?:いた)?し|することと|開始|実施(?:し|いた)|創設|新たに|決定|目途|めど|目指|方針|"
    r"検討(?:し|を)|取り組(?:ん|み|む)|進め|図(?:って|る)|充実|拡充|支援(?:し|を)|改定|策定|設置)"
)
_FUTURE = re.compile(r"今後|来年度|今年度|本年度|年度(?:から|より|中|内|末)|これから|引き続き|新たに")
_BACKGROUND = re.compile(
    r"(?:重要|必要|不可欠|大切|有意義|課題|効果的|喫緊)(?:で|と|が|な)?(?:ある|ござい|あり|認識|考え|す|なり)[^。]{0,20}$"
)
_ANNOUNCES = re.compile(
    r"(?:について|に関(?:して|し))、?(?:述べ(?:ます|させて)|申し上げ(?:ます|たいと)|(?:ご)?説明(?:いた|申し上げ|させて)|お話(?:し|を)[^。]{0,8}(?:ます|思い))"
)
"""「経緯について述べます。」 tells only what comes."""
_TITLE = re.compile(r"(?:(?:について|に関する(?:件|こと)|の件)(?:（[^（）]*）)?|【[^】]*】)。?$")
"""「資料三　広報の方針について【広報課】」 is an entry of a list."""
_TOLD_FIRST = re.compile(r"(?:し|され|り|き|い)(?:まし)?たので、")
"""「方針を策定いたしましたので、ご説明申し上げます。」 tells that before."""
_LISTED = re.compile(r"(?:同じ|次の|この)ページ|[0-9一二三四五六七八九十]+段目|お手元|(?:下|上|中)段")
_DEFINES = (
    r"(?:」)?(?:と(?:は|いうのは|いいますのは|申しますのは)、|という言葉[^。]{0,12}(?:これ|それ)は、|(?:は|で(?:ございます|あります|す)(?:けれども|が)|につきまして[はも]?|については)、[^。]{8,}(?:もの|こと|制度|事業|仕組み|取組|取り組み|システム|計画|戦略)"
    r"(?:で(?:す|ある|ござい|あり)|と(?:して|なっ)))"
)
_IS_A = (
    r"は、[^。]{8,}(?:[るたなの]|という)(?!予定|考え|方針|見込|見通|状況|次第|必要|所存|段階|時期|最中|理由|目的|課題|結果|場合|問題|立場|意味)"
    r"[一-龠々ァ-ヴー]{2,}で(?:す|ある|ござい|あり)[^、。]{0,6}。?$"
)
_SERVES = r"(?:が|は)、?[^。]{4,}(?:として(?:活[躍動用]|[^、。]{0,6}(?:担|行))|を担)"
_DESCRIBED = re.compile(
    r"[^、。]{10,}(?:(?<!おけ)(?<!よ)(?<!関す)(?<!対す)る|た|という)(?:[一-龠々ァ-ヴー]{1,6}の)?「?$"
)
"""「市民が自ら運営する地域の」 in front of a name tells what it is."""
_CALLED = re.compile(r"[一-龠々ァ-ヴー]{2,}(?:」|\))?、(?:いわゆる|すなわち|つまり|言い換えれば)、?「?$")
"""「船便による配達、いわゆる」 in front of a name."""
_JOINED = re.compile(r"(?!等)[一-龠々ァ-ヴー]")
_THEREFORE = re.compile(
    r"(?:このため|そのため|したがっ|そこで|(?:こうした|このような|以上の|これらの?)(?:こと|理由|事情|状況)(?:から|により|を踏まえ)|このことから|これを受け)"
)
MOREOVER = re.compile(r"(?:また|さらに|更に|加えて|あわせて)")
"""One more reason of several."""
_REASONS = 3
"""Sentences up to which what follows from them may come behind."""
_OWN_TOPIC = re.compile(
    r"[^。]{2,60}?(?:については|についても|につきまして[はも]?|に関しては|[一-龠ァ-ヴー]は)、?"
)
"""A sentence that says itself what it is about does not speak of what the one before did."""
_OWN_OFFICE = re.compile(r"(?<![一-龠])当(?:局|部|課|本部|事務局|委員会)(?![一-龠])")
_OWN_SUBJECT = re.compile(r"[^、。0-9〇一二三四五六七八九十百千万]{2,30}[一-龠ァ-ヴー]が、?")
_ITSELF = re.compile(
    r"(?:なお、|その|この)?(?:相手方?|先方|同社|(?:受託|受注|落札|契約|応募|事業)者|業者|会社|企業|法人|団体|社)名?は、?"
)
"""「相手方は、…でございます」: the topic is what is asked for, not another thing."""
_FORMERLY = re.compile(r"前回(?!の?(?:委員会|議会|質問|答弁|会議|定例会))|従来|かつて")
_NOW = re.compile(r"今回|現在|新た|引き[上下]げ|変更|改め|見直")
_BEFORE = frozenset({"前回", "従来", "以前", "過去"})
_ANAPHORA = re.compile(
    r"^(?:これ|それ|この|その|こうした|このような|同[^一意時様じ]|本[件条例制度事業]|ここ|こちら|そう|あと)"
)
_OPEN = frozenset({Asked.OPEN, Asked.YES_NO})
_RANK, _RANK_OPEN = 0.06, 0.6
"""What a rank further down costs; to an open question any sentence of the right reply is an answer, so
retrieval, which puts that reply first for 94 % of real questions, decides."""
_NEEDY = frozenset(Asked) - _OPEN - {Asked.WHERE}
_FIGURE_ASKED = frozenset({Asked.MONEY, Asked.RATIO, Asked.COUNT, Asked.DURATION})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted.

    `said` and `about` are shares in [0, 1] of the question's topic: held by the sentence itself, and held by
    it together with its surroundings. `fits` tells whether it has what the shape of the question needs,
    `anchored` whether the particular words of the question are there; `told` what it says of the event asked about.
    """

    found: Retrieved
    stretch: Stretch
    piece: Piece
    words: frozenset[str]
    said: float
    about: float
    anchored: bool
    fits: bool
    score: float
    told: Told = Told.NOT


def candidates(shape: Shape, found: Sequence[Retrieved], speaking: Sequence[str] = ()) -> list[Candidate]:
    """Every quotable sentence of the first passages, best first; equal scores keep the order of reading.

    Sentences that ask, thank, or give orders to a machine are left out, and so are those of members'
    questions wherever somebody else says anything about the topic, except of those `speaking` by name.
    """
    ranked = sorted(found, key=lambda r: r.rank)[:MAX_PASSAGES]
    rows = [row for stretch in stretches(ranked, shape.places) for row in _of_stretch(shape, stretch)]
    others = [
        row
        for row in rows
        if row.found.passage.role is not Role.QUESTION
        or any(name in row.found.passage.speaker for name in speaking)
    ]
    kept = others if any(row.about > 0 for row in others) else rows
    return sorted(kept, key=lambda row: (-row.score, row.found.rank, row.piece.start))


def quotable(piece: Piece) -> bool:
    """Whether a sentence states something and gives no orders to a machine."""
    found = _ANNOUNCES.search(piece.text)
    last = found is not None and not re.search("[、。].", piece.text[found.end() :])
    announces = found and (last or len(piece.text) < 90) and not _TOLD_FIRST.search(piece.text)
    title = _TITLE.search(piece.text)
    return not (piece.empty or piece.asking or announces or title or looks_like_instruction(piece.text))


def _of_stretch(shape: Shape, stretch: Stretch) -> list[Candidate]:
    passage = stretch.found[0].passage
    asked = [question for retrieved in stretch.found for question in retrieved.asked]
    heading = frozenset(tokens(f"{passage.title} {passage.agenda} {passage.topic} {_own_office(stretch)}"))
    questions = [frozenset(tokens(text)) for text in _asking(asked)]
    headings = [heading, stretch.places, *questions]
    around = frozenset(tokens(_day(passage))).union(*headings)
    if any(
        name in shape.topic for name in tokens(passage.speaker)[:1]
    ):  # whose view is asked need not say so
        around |= frozenset(tokens(f"{passage.post} {passage.speaker}"))
    near = frozenset(tokens(f"{passage.agenda} {passage.topic}"))
    if sum(len(question.text) for question in asked) <= SHORT:
        near = near.union(*questions)
    rows, said_before, topic, years = [], "", "", ""
    lately: list[frozenset[str]] = []
    for place, (found, piece) in enumerate(stretch.sentences):
        words = frozenset(tokens(piece.text))
        topic = piece.topic or topic
        years = piece.text if tells_year(piece.text) else years
        if quotable(piece):
            words |= _counted(shape, piece.text) | shortened(shape.topic, piece.text)
            scope = words.union(around, tokens(topic), *lately[-BESIDE:])
            beside = words.union(near, tokens(topic), *lately[-BESIDE:])
            conclusion = _conclusion(stretch, place)
            follows = stretch.sentences[place + 1 : place + 2]
            after = conclusion.text if conclusion else " ".join(piece.text for _, piece in follows)
            sentence = _Sentence(
                found,
                piece,
                words,
                scope,
                beside,
                said_before,
                (place + 1) / len(stretch.sentences),
                conclusion is not None,
                frozenset(tokens(f"{passage.topic} {topic}")),
                after,
                years,
                (words, frozenset(tokens(topic)), *lately[-BESIDE:], *headings),
                (
                    words,
                    frozenset(tokens(topic)),
                    *([] if _OWN_TOPIC.match(piece.text) else lately[-1:]),
                    *headings,
                ),
            )
            rows.append(_judge(shape, stretch, sentence))
        said_before = piece.text
        lately.append(words)
    return rows


def _conclusion(stretch: Stretch, place: int) -> Piece | None:
    """The sentence that a sentence gives the reason for, alone or with those behind it: 「このため、…」."""
    for _, piece in stretch.sentences[place + 1 : place + 1 + _REASONS]:
        if therefore(piece):
            return piece
        if not MOREOVER.match(piece.lead):
            return None
    return None


def therefore(piece: Piece) -> bool:
    """Whether a sentence says what comes of those before it."""
    return _THEREFORE.match(piece.lead or piece.text) is not None


def _own_office(stretch: Stretch) -> str:
    """The post of whoever speaks of 「当局」, which names the office."""
    passage = stretch.found[0].passage
    speaks = any(_OWN_OFFICE.search(found.passage.text) for found in stretch.found)
    return passage.post if speaks else ""


def _asking(asked: Sequence[Passage]) -> list[str]:
    """The sentences of the questions that a passage answers."""
    return [question.text[start:end] for question in asked for start, end in sentences(question.text)]


def _counted(shape: Shape, text: str) -> frozenset[str]:
    """The nouns of the question that a figure stands for: 得点 where it is given in 点."""
    nouns = [
        word
        for word in shape.topic
        if shape.counter and len(word) > 1 and word.endswith(shape.counter) and word not in shape.kinds
    ]
    return frozenset(nouns) if nouns and definite(shape, text) else frozenset()


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in its surroundings, `beside` being the closest of them.

    `place`: how far into the stretch, in (0, 1]; `reason`: whether it says why, by its words or the 「このため」 after it;
    `topic`: the words of the heading and the preamble it stands under; `years`: the last sentence up to it that names one;
    `units`: the words of it, of those before it and of
    what stands above it; `above`: the same with only one sentence before it.
    """

    found: Retrieved
    piece: Piece
    words: frozenset[str]
    scope: frozenset[str]
    beside: frozenset[str]
    before: str
    place: float
    reason: bool
    topic: frozenset[str]
    after: str
    years: str
    units: tuple[frozenset[str], ...]
    above: tuple[frozenset[str], ...]


def _day(passage: Passage) -> str:
    if passage.date is None:
        return ""
    return f"{japanese_date(passage.date)} {japanese_fiscal_year(fiscal_year(passage.date))}"


def _judge(shape: Shape, stretch: Stretch, sentence: _Sentence) -> Candidate:
    text = sentence.piece.text
    words = sentence.words
    if shape.asked is Asked.WHY and sentence.reason:  # shown together with what it is the reason of
        words |= frozenset(tokens(sentence.after))
    said, about = coverage(shape.topic, words), coverage(shape.topic, sentence.scope | words)
    fits = satisfies(shape, text)
    if shape.asked is Asked.WHY:  # of an event, `tells` looks for the reason
        fits = fits or shape.event is not None or satisfies(shape, sentence.before)
    passage = sentence.found.passage
    other = of_other_years(shape.years, sentence.years or text, passage.date, passage.title)
    if shape.asked is Asked.WHEN:  # 2016年の招致の報告書 need not be of 2016
        other = other and not any(f"{year.first.year}年" in sentence.scope for year in shape.years)
    near = sentence.beside if shape.asked in HEADED else sentence.scope
    fits = fits and holds(shape.head, near)
    fits = fits and not (other and (shape.asked in _NEEDY or passage.date is None))
    status = told(shape.event, text) if shape.event else Told.NOT
    setting = Setting(
        sentence.scope,
        sentence.beside,
        sentence.units,
        sentence.above,
        sentence.topic,
        sentence.before,
        sentence.after,
        sentence.reason,
    )
    fits = fits and not (
        of_other_kind(shape.kinds, text) and shape.asked in HEADED | {Asked.COMPANY, Asked.NAME}
    )
    fits = fits and tells(shape, text, status, setting)
    fits = fits and (not (shape.asked is Asked.WHAT_IS and shape.defines) or _defining(shape, text) > 0)
    score = (
        1.2 * said
        + 1.6 * about
        + _ROLE[sentence.found.passage.role]
        + _manner(sentence, shape)
        - (_RANK_OPEN if shape.asked in _OPEN else _RANK) * (stretch.rank - 1)
        + (0.8 if fits and shape.asked in _NEEDY else 0.0)
        + (0.3 if shape.asked is Asked.WHEN and definite(shape, text) else 0.0)
        + (0.5 if shape.head and shape.asked in HEADED and holds(shape.head, sentence.words) else 0.0)
        - (0.5 if other else 0.0)
        - (0.6 if of_other_kind(shape.kinds, text) else 0.0)
        + (_defining(shape, text) if shape.asked is Asked.WHAT_IS else 0.0)
        - (0.5 if _LISTED.search(text) else 0.0)
        - (0.5 if shape.asked in _FIGURE_ASKED and _of_before(shape, text) else 0.0)
        - (0.4 if fits and shape.asked is Asked.COUNT and only_rates(shape, text) else 0.0)
        + (0.5 if names_near(shape, text) else 0.0)
        + standing(shape, text, status, setting)
        + fitting_figure(shape, text)
    )
    anchored = _anchored(shape, sentence.scope)
    return Candidate(
        sentence.found, stretch, sentence.piece, sentence.words, said, about, anchored, fits, score, status
    )


def _manner(sentence: _Sentence, shape: Shape) -> float:
    """How much the sentence sounds like an answer: decisions and plans over background."""
    text = sentence.piece.text
    value = 0.0
    if shape.asked in _OPEN:
        value += 0.25 * bool(_DECISION.search(text)) + 0.2 * bool(_FUTURE.search(text))
        value += 0.2 * sentence.place
        value -= 0.4 * bool(_BACKGROUND.search(text))
    value -= 0.15 * bool(_ANAPHORA.match(text))
    value -= 0.3 * (len(text) < 12) + 0.15 * (len(text) > 160)
    return value


def of_other_topic(shape: Shape, row: Candidate) -> bool:
    """Whether a sentence with a figure or a firm says itself what it is about, and that is nothing of what is asked."""
    if shape.asked is Asked.COMPANY and _ITSELF.match(row.piece.text):
        return False
    needy = wants_figure(shape) or shape.asked is Asked.COMPANY
    own = _OWN_SUBJECT.match(row.piece.text) or _OWN_TOPIC.match(row.piece.text) if needy else None
    asked = {concept(word) for word in shape.topic}
    return own is not None and not any(
        concept(word) in asked for word in tokens(own.group()) if len(word) > 1
    )


def _of_before(shape: Shape, text: str) -> bool:
    """Whether a sentence tells how a thing was the time before, which is not asked, and not how it is now."""
    asked = any(word in _BEFORE for word in shape.topic)
    return not asked and _FORMERLY.search(text) is not None and _NOW.search(text) is None


def _defining(shape: Shape, text: str) -> float:
    """How much a sentence tells what the matter is: 「…とは、…制度です」, or with what it is put before its name."""
    if not shape.subjects:
        return 0.0
    normal = normalise(text)
    name = shape.subjects[-1]
    placed = placed_tokens(normal)
    printed = {normal[start:end] for word, start, end in placed if word == name[-1]} or {name[-1]}
    last = rf"(?:{'|'.join(map(re.escape, sorted(printed)))})[^、。はがを]{{0,8}}"
    for put, worth in ((_IS_A, 0.7), (_DEFINES, 0.7), (_SERVES, 0.35)):
        if re.search(f"{last}{put}", normal, re.IGNORECASE):
            return worth
    for n in range(len(placed) - len(name) + 1):
        spot = placed[n : n + len(name)]
        apart = not _JOINED.match(normal[spot[-1][2] :])
        before = normal[: spot[0][1]]
        described = _DESCRIBED.search(before) or _CALLED.search(before)
        if tuple(word for word, _, _ in spot) == name and apart and described:
            return 0.35
    return 0.0


def _anchored(shape: Shape, scope: frozenset[str]) -> bool:
    """Whether at least half of the subject is there, and of the names and abbreviations asked about."""
    there = frozenset(concept(word) for word in scope)
    anchors = [word for word in shape.topic if is_anchor(word)]
    held = sum(concept(word) in there for word in anchors)
    subjects = [coverage(subject, scope) for subject in shape.subjects]
    return 2 * held >= len(anchors) and max(subjects, default=1.0) >= MIN_SUBJECT


def wants_figure(shape: Shape) -> bool:
    """Whether only a sentence with a figure answers."""
    return shape.asked in _FIGURE_ASKED
