"""The wording of minutes made plain: inserted spaces, wrapped lines, stage directions, clock lines.

Sentinels (`ingest.parsers.sentinels`) may stand anywhere in the texts handled here; they count as
nothing and survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.parsers.sentinels import ANY, strip_sentinels, trim

_WIDE = r"[\u2010-\u206f\u2190-\u27bf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uffef]"
_NARROW = r"[!-~]"
_S = f"{ANY}*"
_GAP = re.compile(rf"(?<={_WIDE}) +(?={_S}{_NARROW})|(?<={_NARROW}) +(?={_S}{_WIDE})")
_LATIN_WORD = re.compile(r"[A-Za-z0-9,.;:!?'\")\]-]$")
_LATIN_START = re.compile(r"[A-Za-z0-9('\"\[]")

_DIRECTION = re.compile(r"〔(?!\s*(?:[0-9０-９]+|[ア-ン]|(?:一部)?非公開|速報版)\s*〕)[^〔〕]{0,400}〕")
_ASIDE = re.compile(
    r"[（(]\s*(?:拍手|笑声|笑い|傍聴席.{0,12}|場内.{0,12}|.{0,12}(?:発言する者|呼ぶ者)(?:あり|多し|多数)?.{0,6}"
    r"|「[^」]*」と?(?:呼ぶ者あり|の声あり|呼び).{0,12}|.{0,12}(?:パネル|資料|写真|図面)を(?:示す|掲示)|挙手.{0,4}|賛成者起立)\s*[）)]"
)
_CLOCK = re.compile(
    r"(?:休憩|再開|開会|開議|閉会|散会)?\s*午[前後]\s*[〇零一二三四五六七八九十\d０-９]+\s*時\s*(?:[〇零一二三四五六七八九十\d０-９]+\s*分|半)?\s*"
    r"(?:から|に)?\s*(?:休憩|再開|開会|開議|閉会|散会|延会|開会・開議|終了)?"
)
_RULE = re.compile(r"[\s─━―—\-－=＝_＿・…*＊◇◆○]{3,}")

_SENTENCE_END = re.compile(r"[。．！？!?」』）)】〕]$")
_ITEM = re.compile(
    r"[（(][0-9０-９ア-ンa-z一二三四五六七八九十]{1,2}[）)]|[①-⑳]|[0-9０-９]{1,2}[.．　]|[ア-ン][\s　]|[・※○●◎■□◆]|第[0-9０-９一二三四五六七八九十]+条"
)
_HALF = 0.55
_SHORT = 0.85
"""A line that ends a sentence and is shorter than this share of the page's width ends a paragraph."""


def tidy(text: str) -> str:
    """`text` without the half-width spaces that text extraction puts between Japanese and Latin or digits.

    Spaces between two Latin words and full-width spaces stay, several as one; none at the ends.

    >>> tidy("令和 7年 5月 30日、 Open Data の公開")
    '令和7年5月30日、Open Dataの公開'
    """
    spaced = re.sub(r"[ \t\u00a0]*\u3000[ \t\u00a0\u3000]*", "\u3000", re.sub(r"[ \t\u00a0]+", " ", text))
    return trim(_GAP.sub("", spaced))


def join_lines(lines: Iterable[str]) -> str:
    """Physical lines as one text: no space at a break between Japanese, one between two Latin words.

    >>> join_lines(["計画を改定", "する。", "Open", "Data"])
    '計画を改定する。Open Data'
    """
    pieces: list[str] = []
    before = ""
    for line in lines:
        piece = trim(line)
        visible = strip_sentinels(piece)
        if visible:
            latin = bool(_LATIN_WORD.search(before)) and bool(_LATIN_START.match(visible))
            if latin and _breaks_between_words(before, visible[0]):
                pieces.append(" ")
            before = visible[-1]
        pieces.append(piece)
    return tidy("".join(pieces))


def _breaks_between_words(before: str, after: str) -> bool:
    """A number broken over two lines goes on; words are apart."""
    return not (before.isdigit() and after.isdigit())


def paragraphs(lines: Iterable[str], width: int = 0) -> str:
    """Wrapped lines as paragraphs joined by ``\\n``.

    A new paragraph begins at an indented line (unless all but the first are: a hanging indent) or after
    a line that stops well before `width` (the usual length of a full line, in characters; 0 = not told by
    length), or at the next item of a list.
    """
    given = list(lines)
    solid = [bare for line in given if (bare := strip_sentinels(line)).strip()]
    hanging = len(solid) > 1 and all(line.startswith("\u3000") for line in solid[1:])
    groups: list[list[str]] = [[]]
    begun = ended = False
    for line in given:
        bare = strip_sentinels(line).rstrip()
        if begun and ((bare.startswith("\u3000") and not hanging) or (ended and _ITEM.match(bare.strip()))):
            groups.append([])
            begun = False
        groups[-1].append(line)
        if bare.strip():
            begun, ended = True, bool(_SENTENCE_END.search(bare))
            if width and _is_last(bare, width):
                groups.append([])
                begun = False
    return join_paragraphs([join_lines(group) for group in groups])


def _is_last(line: str, width: int) -> bool:
    """Whether a line is the last of its paragraph: it ends a sentence early, or stops half way."""
    if _SENTENCE_END.search(line):
        return len(line) < _SHORT * width
    return len(line) < _HALF * width and not line.endswith(("、", "，", "・", "（", "「"))


def join_paragraphs(texts: Iterable[str]) -> str:
    """Paragraphs with ``\\n`` between; one that holds only sentinels adds no line."""
    pieces: list[str] = []
    begun = False
    for text in texts:
        solid = bool(strip_sentinels(text))
        pieces.append(("\n" if solid and begun else "") + text)
        begun = begun or solid
    return "".join(pieces)


def unwrapped(text: str) -> str:
    """Text whose lines are paragraphs: each tidied, empty ones dropped, ``\\n`` between."""
    return join_paragraphs([tidy(line) for line in text.split("\n")])


def strip_directions(text: str) -> str:
    """`text` without stage directions (〔…登壇〕, （拍手）) and lines that hold only a clock time or a rule."""
    without = _ASIDE.sub(_keep_sentinels, _DIRECTION.sub(_keep_sentinels, text))
    return "\n".join(
        _keep_sentinels(line) if is_clock(line) or is_rule(line) else line for line in without.split("\n")
    )


def _keep_sentinels(found: re.Match[str] | str) -> str:
    """What stays when something is taken out: only the sentinels in it."""
    text = found if isinstance(found, str) else found.group()
    return "".join(re.findall(ANY, text))


def is_clock(line: str) -> bool:
    """Whether a line only says when the meeting paused or went on (午後三時三十六分休憩)."""
    bare = strip_sentinels(line).strip()
    return bool(bare) and len(bare) < 30 and _CLOCK.fullmatch(bare) is not None


def is_rule(line: str) -> bool:
    """Whether a line is only a ruling (──────, ＊＊＊)."""
    bare = strip_sentinels(line)
    return bool(bare.strip()) and _RULE.fullmatch(bare) is not None


def page_width(lines: Iterable[str]) -> int:
    """The usual length of a full line of a page, in characters; 0 without lines."""
    lengths = sorted(len(strip_sentinels(line).strip()) for line in lines if strip_sentinels(line).strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0
