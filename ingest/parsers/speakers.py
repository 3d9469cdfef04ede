"""Printed speaker labels taken apart: 「知事（小池花子君）」「大西（由）委員」「木内財務局長」 to name and post."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

_BRACKETED = re.compile(r"(?P<post>[^（()）]+)[（(]\s*(?P<name>[^（()）]+?)\s*[）)]")
_HONORIFIC = re.compile(r"(?:君|議員|委員|氏|さん|様|殿)$")
_NUMBER = re.compile(r"[〇零一二三四五六七八九十百\d０-９]+\s*番")
_INITIAL = re.compile(r"(?P<name>.{1,6}?[（(][^（()）]{1,4}[）)])(?P<post>.+)")
_SIMPLE_POSTS = (
    "副委員長",
    "委員長",
    "委長",
    "副議長",
    "臨時議長",
    "仮議長",
    "議長",
    "副座長",
    "座長",
    "副部会長",
    "部会長",
    "副会長",
    "会長",
    "副分科会長",
    "分科会長",
    "主査",
    "委員",
    "議員",
    "証人補助者",
    "補助者",
    "証人",
    "参考人",
    "公述人",
    "陳述人",
    "説明員",
    "請願者",
    "陳情者",
    "書記",
    "幹事",
)
_EXECUTIVE = re.compile(
    r"(?:長|大臣|政務官|政府参考人|理事|参事|参与|主幹|主査|技監|総監|監|知事|市長|区長|町長|村長|官|監査委員|次長|代理|補佐|兼務|委員|管理者|教育委員|指導主事|専門員|部員|職員|書記)$"
)
_HEADS = (
    "総合政策|総合|知事本局|知事本部|政策企画|政策|企画|総務|財務|財政|主税|税務|生活文化|生活|文化|スポーツ|オリンピック|東京|環境|福祉|保健|健康|病院|産業|商工|経済|観光"
    "|中央卸売市場|市場|卸売|新市場|建設|土木|都市|まち|街|住宅|建築|港湾|会計|消防|警視|警察|交通|水道|上下水道|下水道|教育|学校|学務|指導|議会|議事|管理|調査"
    "|法務|庶務|秘書|広報|人事|職員|監査|選挙|区民|市民|町民|村民|県民|府民|道民|都民|子ども|こども|児童|青少年|高齢|障害|介護|国保|保険|防災|危機|安全|デジタル|情報|行政|経営|戦略"
    "|地域|農林|農業|林業|水産|労働|副知事|副市長|副区長|副町長|副村長|担当|連絡|事業|技術|契約|資産|資源|清掃|河川|道路|公園|緑|開発|整備|計画|国際|男女|人権|臨海|多摩|島しょ|収用|都立|本庁|支庁|窓口|戸籍|納税|課税|収納|統計|用地|営繕|施設|図書|博物|生涯|社会|保育|母子|衛生|食品|動物|斎場|病虫"
)
_BEGINS_POST = re.compile(f"(?:{_HEADS})")
_WHOLE_POST = re.compile(
    r"副?(?:知事|市長|区長|町長|村長)|(?:局|部|課|係|室|所|館|教育|次|会)長|次長|理事|参事|参与|主幹|主査|技監|書記|部員|監査委員"
)
_PLAIN = re.compile(rf".{{1,3}}(?:{_WHOLE_POST.pattern})")
_LONGEST_NAME = 5
_HEADED, _LISTED, _SHARED, _WHOLE, _MISPLACED = 3.0, 2.0, 1.5, 1.5, 4.0
_PERSON_LINE = re.compile(r"(?P<before>\S*?)(?P<given>[\s\u3000]+\S{1,6})?\s*君")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as printed: name without brackets and honorific, and post. Either may be empty."""

    name: str
    post: str


@dataclass
class Roster:
    """What the source itself tells of names and posts: its attendance lists and its other labels."""

    stems: set[str] = field(default_factory=set)
    posts: Counter[str] = field(default_factory=Counter)

    def attend(self, text: str) -> None:
        """Learn from an attendance list: lines that end in 君, family and given name apart or not.

        The family name is the end of what stands before the gap (「財務局長木内　一郎君」); without
        a gap the whole line is kept and labels are compared with its parts.
        """
        for line in text.split("\n"):
            found = _PERSON_LINE.fullmatch(line.strip())
            if found and found["before"]:
                self.stems.add(found["before"] if found["given"] else found["before"] + "\u3000")

    def learn(self, labels: Iterable[str]) -> None:
        """Learn the posts that several different people carry in one source."""
        tails: dict[str, set[str]] = {}
        for label in labels:
            for size in range(1, min(5, len(label) - 1)):
                if _EXECUTIVE.search(label[size:]):
                    tails.setdefault(label[size:], set()).add(label[:size])
        self.posts.update({tail: len(heads) for tail, heads in tails.items() if len(heads) > 1})


def split_label(label: str, roster: Roster | None = None) -> Speaker:
    """Name and post of a printed label.

    A label with brackets has the post before them and the name inside, or the other way round
    (「鈴木（議員）」). Otherwise the name comes first and the post is told by the end of the
    label; where both run together the roster decides, then general words that posts begin with.

    >>> split_label("知事（小池花子君）")
    Speaker(name='小池花子', post='知事')
    >>> split_label("大西（由）委員")
    Speaker(name='大西（由）', post='委員')
    >>> split_label("木内財務局長")
    Speaker(name='木内', post='財務局長')
    """
    text = re.sub(r"\s+", "", label).replace("(", "（").replace(")", "）").strip("：:")
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        return _bracketed(bracketed["post"], bracketed["name"])
    initial = _INITIAL.fullmatch(text)
    if initial and (_simple_post(initial["post"]) == initial["post"] or _EXECUTIVE.search(initial["post"])):
        return Speaker(initial["name"], initial["post"])
    return _run_together(_HONORIFIC.sub("", text) if text.endswith("君") else text, roster or Roster())


def _bracketed(outside: str, inside: str) -> Speaker:
    """Name and post from the two halves of 「百番（山田花子君）」「鈴木（議員）」「３番（佐藤一郎議員）」."""
    if _simple_post(inside) == inside or _NUMBER.fullmatch(inside):
        return Speaker(_HONORIFIC.sub("", outside), inside)
    number = re.match(rf"({_NUMBER.pattern})[　\s]*(.+)", inside)
    if number:
        return Speaker(_HONORIFIC.sub("", number[2]), f"{outside}{number[1]}")
    if not is_post(outside) and is_post(inside):
        return Speaker(_HONORIFIC.sub("", outside), inside)
    return Speaker(_HONORIFIC.sub("", inside), outside)


def is_post(text: str) -> bool:
    """Whether a text ends as the posts of people end (委員, 百番, 財務局長)."""
    return bool(_simple_post(text) == text or _NUMBER.fullmatch(text) or _EXECUTIVE.search(text))


def _simple_post(text: str) -> str:
    """The committee post that ends a label (委員長, 委員, 証人 …); empty without one."""
    return next((post for post in _SIMPLE_POSTS if text.endswith(post)), "")


def _run_together(text: str, roster: Roster) -> Speaker:
    number = re.fullmatch(rf"({_NUMBER.pattern})(.*)", text)
    if number:
        return Speaker(_HONORIFIC.sub("", number[2]), number[1])
    simple = _simple_post(text)
    if simple and len(text) - len(simple) <= 6 and not _BEGINS_POST.match(text):
        return Speaker(text.removesuffix(simple), simple)
    if not _EXECUTIVE.search(text):
        return Speaker("", text) if simple else Speaker(_HONORIFIC.sub("", text), "")
    size = _name_size(text, roster)
    return Speaker(text[:size], text[size:])


def _name_size(text: str, roster: Roster) -> int:
    """How many characters of a label are the family name; 0 where the label is all post.

    What remains should begin as posts begin, the name stand in the attendance list, the post be
    shared with others; two characters are the commonest length.
    """
    sizes = [size for size in range(min(_LONGEST_NAME + 1, len(text))) if _EXECUTIVE.search(text[size:])]
    scores = {size: _score(text[:size], text[size:], roster) for size in sizes}
    best = max(sizes, key=lambda size: (scores[size], size == 0), default=0)
    if best and scores[best] < _HEADED and not _PLAIN.fullmatch(text) and not _listed(text[:best], roster):
        return best if scores[best] >= _SHARED else 0
    return best


def _score(name: str, post: str, roster: Roster) -> float:
    headed = bool(_BEGINS_POST.match(post))
    whole = 0 < len(name) <= 3 and bool(_WHOLE_POST.fullmatch(post))
    listed = bool(name) and _listed(name, roster)
    misplaced = bool(name) and bool(_BEGINS_POST.fullmatch(name)) and not listed
    common = {2: 0.5, 3: 0.2}.get(len(name), 0.0)
    told = _HEADED * headed + _LISTED * listed + _SHARED * (roster.posts[post] > 1) + _WHOLE * whole
    return told + common - _MISPLACED * misplaced


def _listed(name: str, roster: Roster) -> bool:
    """Whether `name` is a family name of the attendance list."""
    return any(
        stem.endswith(name) if not stem.endswith("\u3000") else _begins_given(stem[:-1], name)
        for stem in roster.stems
    )


def _begins_given(stem: str, name: str) -> bool:
    """Whether an unspaced entry (「議事課長川松真一朗」) has `name` right after its post."""
    at = stem.find(name)
    return at >= 0 and 2 <= len(stem) - at <= 6 and (at == 0 or stem[at - 1] in "長員事官監役番人記査者任理")
