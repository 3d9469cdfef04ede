"""Writes the line that an assembly newsletter would print: one to three cut clauses, about 50 characters.

Clauses are whole or lose the modifiers in front of their first noun, never a figure, a limit or a
denial; endings become nouns. Which clauses: those of which a newsletter is expected to repeat most
words (`rag/compose/salience.py`) within `MAX_CHARS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, product

from corpus.japanese import content_words
from rag.compose.pieces import Piece
from rag.compose.salience import Clause, Logistic, Tagger, clauses, clauses_of, expected_f
from rag.compose.wording import can_end, ended, plain

MAX_CHARS = 64
"""Characters of a line; most come out between 45 and 64."""
MAX_CUTS = 3

_MIN_CHARS, _MIN_WORDS = 12, 3
_BEAM, _ADDED = 40, 60
_AGAIN = 0.15
_TRIES = 4
_MAY_PRECEDE = re.compile(r"[ぁ-ん]、$|(?:今後|現在|年度|年|月)、$")
_LOOSE = re.compile(
    r"(?:ため|よう|向け|踏まえ|とともに|ほか|の上で?|のもと|ながら|つつ|によ(?:り|る)|を通じ|加え|[しりきえけめて])(?:に|て|で)?、$"
)
"""A clause that says why, how or what else: the sentence stands without it."""
_PLACE = re.compile(r"[一-龠ァ-ヴー](?<![年月日度中上])で(?:は|も)?、$")
"""A clause that says where or by whom: 「国では、」 belongs to the first thing that is said to be done."""
_OF_YEAR = re.compile(r"[年月度末]は、$")
_TIME = re.compile(r"[^、]{0,4}(?:年度?|月)(?:末|内|中|中旬)?(?:に|まで|までに|から|より|中に)?(?:は|も)?、")
_MAX_GONE = 3
_NOUN_AHEAD = re.compile(r"(?<=[のなるたいてりつら])(?=[一-龠ァ-ヴーA-Za-z「])")
_MODIFIER = re.compile(
    r"(?:ながら|つつ|に(?:向け|基づい|応じ|よっ)て|を(?:踏まえ|通じ)て|により|[しきけめげえり]て|[のな]|[一-龠ぁ-ん](?:する|した|ている|ていた|れる|せる|える|ける|める|きる|ある|いる|しい|たい|よる|った|いた|んだ|めた|けた|えた))$"
)
_LIMITS = re.compile(
    r"[0-9〇一二三四五六七八九十百千万億]|ない|なく|未満|以上|以下|のみ|だけ|限|対象|除|反対|不[一-龠]|一部|場合"
)
"""A modifier with such a word changes what is said: it stays."""
_NO_START = re.compile(
    r"[一-龠](?![一-龠々ァ-ヴー])|中|程度|上|下|時|際|もの|こと|ため|方|観点|場合|点|ところ|必要|予定|方針|考え|的|者|等|向け|初め|含め|通じ|踏まえ|基づ|導入等"
)
_GENERIC = re.compile(
    r"(?:体制|計画|環境|取組|取り組み|施策|対策|事業|仕組み|機会|活動|制度|東京|社会|まち|状況|内容|成果|課題|対応|検討|構築|"
    r"整備|実施|推進|支援|充実|強化|確保|促進|向上|実現|開催|作成|策定|配置|育成|方法|役割|視点|方向|形|場|姿|面|人々|皆様|方々|子供たち?)"
    r"(?:づくり)?(?:や|等|など)?[をにがはのでと]"
)
"""Nouns that say nothing without what stands before them."""
_UNFINISHED = re.compile(r"(?:と|という|ば|か|が|けれども?|ので|とは|よう)。$")
"""An end that leaves the sentence open."""
_POINTS_BACK = re.compile(r"(?:これ|それ)[はがを]|(?:こ|そ)(?:ういった|うした|の)こと")
"""A cut that begins so points to words that are not shown."""
_NEEDS_FRONT = re.compile(r"[一-龠々ァ-ヴーA-Za-z0-9]{1,12}(?:や|及び|並びに|・|と(?=[一-龠ァ-ヴ]))")
"""「（開催の）経験や知識」: what stands before a list says something of all of it."""
_PREDICATE = re.compile(r"[一-龠々ァ-ヴー]{2,}(?:で(?:ある|あり|は)|と(?:判断|考え|認識)|です|だ)")
"""「（最もふさわしい）形態であると判断」: what stands before such a noun is what is said of the subject."""
_ADVERBS = re.compile(
    r"(?<![一-龠])(?:(?:一層|より|更に|着実|積極的|迅速|円滑|適切|効果的|総合的|計画的|重点的|的確|確実|丁寧|強力|集中的|継続的|具体的|速やか|十分)に|"
    r"きめ細かく|(?:きめ細か|様々|多様|円滑|着実|具体的|効果的|さらなる?|更なる?)な?(?=[一-龠ァ-ヴ])|(?:一層|さらなる|更なる)の?|改めて|全力で|鋭意|これら(?:の)|こうした|各種)"
)
_ATTRIBUTE = re.compile(r"(?<=[をにはがで、])[一-龠ァ-ヴーA-Za-z・]{2,12}の(?=[一-龠ァ-ヴーA-Za-z])")
_WORTH = 0.16
"""Chance of a word from which it is worth its place: about half the F that lines reach."""
_FORMS, _FORMS_INSIDE = 6, 2
_ARGUMENT = re.compile(r"[をがにはで]")


@dataclass(frozen=True, slots=True)
class Cut:
    """Clauses of one sentence that can stand alone; `piece` is the number of the sentence.

    `words` are its content words, each with the chance that a newsletter repeats it.
    """

    piece: int
    text: str
    words: tuple[tuple[str, float], ...]


def line(
    question: str,
    talk: Sequence[Piece],
    *,
    tagger: Tagger | None = None,
    model: Logistic | None = None,
    holds: Callable[[Cut], bool] = lambda cut: True,
) -> list[Cut]:
    """The cuts of a brief answer, in the order of `talk`: the sentences of one answer without politeness.

    A cut that does not hold, by `holds`, gives way to another. Empty where no cut fits; equal choices go to
    the earlier words.
    """
    pool = [cut for cut in _cuts(clauses(question, talk, tagger, model)) if _fits(cut)]
    for _ in range(_TRIES):
        chosen = _best_choice(pool)
        wrong = [cut for cut in chosen if not holds(cut)]
        if not wrong:
            return sorted(chosen, key=lambda cut: cut.piece)
        pool = [cut for cut in pool if cut not in wrong]
    return sorted((cut for cut in chosen if cut not in wrong), key=lambda cut: cut.piece)


def _fits(cut: Cut) -> bool:
    fits = _MIN_CHARS <= len(cut.text) <= MAX_CHARS and len(cut.words) >= _MIN_WORDS
    return (
        fits and not _POINTS_BACK.match(cut.text) and not _UNFINISHED.search(cut.text) and _closes(cut.text)
    )


def _closes(text: str) -> bool:
    """Whether every bracket that `text` opens it closes, and the other way round.

    >>> _closes("「港へ行こう」を開催"), _closes("行こう」を開催")
    (True, False)
    """
    return all(
        text.count(opening) == text.count(closing) and text.find(closing) >= text.find(opening)
        for opening, closing in ("「」", "『』", "（）", "()")
    )


def _cuts(found: Sequence[Clause]) -> Iterator[Cut]:
    """Every cut of every sentence, each text once."""
    seen: set[str] = set()
    for _, group in groupby(found, key=lambda clause: clause.piece):
        for cut in _of_sentence(list(group)):
            if cut.text not in seen:
                seen.add(cut.text)
                yield cut


def _of_sentence(own: Sequence[Clause]) -> Iterator[Cut]:
    """The cuts of one sentence."""
    texts = [clause.text for clause in own]
    listed = [n > 0 and not _MAY_PRECEDE.search(texts[n - 1]) for n in range(len(own))]
    forms = [_forms(text, whole) for text, whole in zip(texts, listed, strict=True)]
    begun = [_best(clause, some) for clause, some in zip(own, forms, strict=True)]
    ends = {
        n: _best(own[n], [ended(form) for form in forms[n]])
        for n, text in enumerate(texts)
        if n == len(own) - 1 or can_end(text)
    }
    for kept in _choices(texts):
        for parts in product(*(begun[n][:_FORMS_INSIDE] for n in kept[:-1]), ends[kept[-1]]):
            words = tuple(word for part in parts for word in part.words)
            yield Cut(own[0].piece, "".join(part.text for part in parts), words)


def _best(clause: Clause, forms: Sequence[str]) -> list[_Part]:
    """The forms of a clause that gain most by the words they keep and leave, the best first."""
    parts = [_part(clause, form) for form in dict.fromkeys(forms)]
    return sorted(parts, key=lambda part: sum(_WORTH - chance for _, chance in part.words))[:_FORMS]


def _choices(texts: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """The clauses kept in each cut of a sentence: from a start to an end, without some that only say how or why."""
    whole = [_closes("".join(texts[:n])) for n in range(len(texts) + 1)]
    for first in range(len(texts)):
        if not whole[first] or (first and not _may_go_before(texts[first - 1])):
            continue
        for last in range(first, len(texts)):
            if last < len(texts) - 1 and not (can_end(texts[last]) and whole[last + 1]):
                continue
            inner = [n for n in range(first + 1, last) if whole[n] and whole[n + 1]]
            loose = [n for n in inner if _LOOSE.search(texts[n]) and not _LIMITS.search(texts[n])]
            loose = [n for n in loose if _MAY_PRECEDE.search(texts[n - 1])]  # it may end a list begun before
            loose = [n for n in loose if not _PLACE.search(texts[n - 1])]  # it is what is done there
            for count in range(min(len(loose), _MAX_GONE) + 1):
                for gone in combinations(loose, count):
                    kept = tuple(n for n in range(first, last + 1) if n not in gone)
                    yield kept
                    if first and _TIME.fullmatch(texts[0]):
                        yield (0, *kept)


def _may_go_before(clause: str) -> bool:
    """Whether what follows stands without `clause`; not without of how many or of which year it holds.

    >>> _may_go_before("市は、"), _may_go_before("九割の学校で、"), _may_go_before("十五年度は、")
    (True, False, False)
    """
    limits = (_PLACE.search(clause) or _OF_YEAR.search(clause)) and _LIMITS.search(clause)
    return _MAY_PRECEDE.search(clause) is not None and not limits


@dataclass(frozen=True, slots=True)
class _Part:
    """A form of a clause with its content words and their chances."""

    text: str
    words: tuple[tuple[str, float], ...]


def _part(clause: Clause, text: str) -> _Part:
    """`text`, a form of the clause, with the chances of its words; words that the clause lacks have none."""
    chances: dict[str, float] = {}
    for word, chance in zip(clause.words, clause.chances, strict=True):
        chances[word] = max(chance, chances.get(word, 0.0))
    return _Part(text, tuple((word, chances.get(word, 0.0)) for word in content_words(text)))


def _forms(text: str, listed: bool) -> list[str]:
    """A clause whole, without modifiers in front, and each of these without adverbs and modifiers inside.

    The front of a clause that is `listed` with the one before it (生活、就業等の助言) stays.
    """
    fronts = [text] if listed else [text[n:] for n in _trims(text)]
    return [form for front in fronts for form in (front, *_thinned(front))]


def _trims(text: str) -> list[int]:
    """How many characters of modifiers may go in front of a clause, 0 first."""
    trims = [0]
    for match in _NOUN_AHEAD.finditer(text):
        gone, kept = text[: match.start()], text[match.start() :]
        if _LIMITS.search(gone):
            break
        if len(gone) < 3 or len(kept) < 10 or not _says_much(kept) or not _MODIFIER.search(gone):
            continue
        if gone.endswith("との") or _NEEDS_FRONT.match(kept):  # 「警察との連携」 is none without the police
            continue
        if _ARGUMENT.search(kept[:-4]):
            trims.append(match.start())
    return trims


def _says_much(text: str) -> bool:
    """Whether the noun at the head of `text` is particular enough to stand without its modifiers."""
    return not any(pattern.match(text) for pattern in (_GENERIC, _NO_START, _PREDICATE))


def _thinned(text: str) -> Iterator[str]:
    """`text` without its adverbs, without one attribute inside, without both."""
    bare = _ADVERBS.sub(lambda m: "" if _may_go(m[0], text[m.end() :]) else m[0], text)
    if bare != text:
        yield bare
    for form in dict.fromkeys((text, bare)):
        for match in _ATTRIBUTE.finditer(form):
            if not _LIMITS.search(match[0]) and _says_much(form[match.end() :]):
                yield form[: match.start()] + form[match.end() :]


def _may_go(words: str, after: str) -> bool:
    """Whether words inside a clause are of no weight; こうした is, but not in 「こうした状況」."""
    return _says_much(after) if words.startswith(("これら", "こうした")) else True


def _best_choice(pool: Sequence[Cut]) -> tuple[Cut, ...]:
    """The cuts of different sentences with the best expected F, by a beam over one, two and three of them."""
    alone = sorted(pool, key=lambda cut: -_value((cut,)))[:_BEAM]
    by_share = sorted(pool, key=lambda cut: -sum(p for _, p in cut.words) / (len(cut.words) + 1))[:_ADDED]
    beam: list[tuple[Cut, ...]] = [(cut,) for cut in alone]
    best = beam[0] if beam else ()
    for _ in range(MAX_CUTS - 1):
        longer = [(*cuts, cut) for cuts in beam for cut in by_share if _may_join(cuts, cut)]
        beam = sorted(longer, key=lambda cuts: -_value(cuts))[:_BEAM]
        if beam and _value(beam[0]) > _value(best):
            best = beam[0]
    return best


def _value(cuts: tuple[Cut, ...]) -> float:
    """The expected F of a line; a word said again counts `_AGAIN` of its chance, for newsletters hardly repeat."""
    chances: dict[str, float] = {}
    again = 0.0
    total = 0
    for cut in cuts:
        total += len(cut.words)
        for word, chance in cut.words:
            before = chances.get(word)
            if before is not None:
                again += _AGAIN * min(before, chance)
            chances[word] = max(chance, before or 0.0)
    return expected_f(sum(chances.values()) + again, total)


def _may_join(cuts: tuple[Cut, ...], cut: Cut) -> bool:
    length = sum(len(one.text) for one in cuts) + len(cut.text)
    return length <= MAX_CHARS and all(one.piece != cut.piece for one in cuts)


def shorten(text: str, keep: Sequence[str] = ()) -> str:
    """The shortest-worded part of a sentence that holds all words of `keep` in at most `MAX_CHARS`.

    The longest such part; where none is short enough, the shortest one that holds them all.
    """
    spans = clauses_of(text)
    parts = [text[a:d] for (a, _), (_, d) in _whole_runs(text, spans)]
    lines = [ended(plain(part)) for part in parts if all(word in part for word in keep)] or [
        ended(plain(text))
    ]
    fitting = [one for one in lines if len(one) <= MAX_CHARS]
    return max(fitting, key=len) if fitting else min(lines, key=len)


def _whole_runs(
    text: str, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for first, span in enumerate(spans):
        if first and not _may_go_before(text[slice(*spans[first - 1])]):
            continue
        for last in range(first, len(spans)):
            if last == len(spans) - 1 or can_end(text[slice(*spans[last])]):
                yield span, spans[last]
