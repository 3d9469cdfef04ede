"""Who is named as speaking in a question: members, posts, parties (会派)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KANJI = "一-龠々ァ-ヺー"
_BEFORE = r"(?:^|(?<=[はがのでにとや、。「・ ])|(?<=ついて)|(?<=関して)|(?<=対して))"
_SPOKEN = r"(?:の?(?:代表質問|一般質問|質問|質疑|発言|答弁|討論|主張|要望|意見|提案|賛成|反対))"
_REPLIES = r"(?:答え|応え|答弁|回答|説明|反論|述べ|言)"
_SPEAKS = rf"(?={_SPOKEN}|が|から|に対|へ|は|と|や|、|に[^。]{{0,30}}?{_REPLIES}|の[^。、]{{1,40}}?(?:質問|質疑|問い)(?:に|へ))"
_NAME = rf"(?P<name>[{_KANJI}]{{1,4}}[ぁ-ん]{{2,4}}[子美代江恵枝]|[{_KANJI}]{{1,6}}[ぁ-ん]{{0,5}}|(?!ついて|かんして|たいして)[ぁ-ん]{{2,5}}[{_KANJI}]{{0,4}})"
_MEMBER = re.compile(rf"{_BEFORE}{_NAME}(?:議員|委員){_SPEAKS}")
_PERSON = re.compile(
    rf"{_BEFORE}{_NAME}(?:(?:氏|君|さん)(?={_SPOKEN})|(?:証人|参考人|公述人)(?={_SPOKEN}|は|が|から|に対|の(?:証言|陳述)))"
)
_NO_NAME = re.compile(
    r"(?:議会|国会|党|会派|各|全|同|女性|男性|若手|元|民生|児童|専門|代表|監査|教育|農業|選挙管理|の|無所属|者|民|生|徒|客|皆|供|親|方"
    r"|市|区|町|村|県|都|府|ファースト|クラブ|議員団|会|ネット|(?<=[一-龠ァ-ヺー])[はがのをにとやもへ]|(?:つい|関し|対し|おい|よっ)て)$"
)
_FAMILY = re.compile(r"^(?![両各同本全他都地双関当貴町何周近一])[一-龠][村町市方]$")
"""中村, 高市, 緒方: a name, though it ends like a town."""

_WORDS_OF_POSTS = "子ども|こども|まちづくり|みどり|くらし|ごみ|いきいき|ひと|スポーツ"
_UNIT = rf"(?:[{_KANJI}・]|{_WORDS_OF_POSTS}){{1,30}}?"
_ANSWERS = (
    r"(?:は|が|から|答弁|に(?:よる|対する|向けた|聞|尋|ただ|質)"
    r"|の(?:答弁|見解|発言|考え|説明|所見|報告|意見|回答|認識|証言|陳述|方針))"
)
_POST = re.compile(
    rf"(?P<post>(?:副?(?:知事|市長|区長|町長|村長)|教育長|警視総監|消防総監|消防長|都技監|会計管理者|監査委員|(?<![一-龠])(?:参考人|証人|公述人)|(?:[A-Za-z]{{2,5}})?補佐官"
    rf"|(?:副|仮)?議長|(?:{_UNIT})?副?委員長|{_UNIT}(?:局|部|課|室|本部)長|{_UNIT}(?:管理者|担当理事|所長|次長|監)))"
    rf"(?={_ANSWERS}|[とや、・](?:[{_KANJI}・]|{_WORDS_OF_POSTS}){{1,20}}(?:長|監|委員|管理者){_ANSWERS})"
)
_NOT_OF_POST = re.compile(r"^.*(?:年度?|月|日|回|昨年|今年|本年|現在)(?=.)")
_NO_POST = re.compile(r"^(?:.*(?:選挙管理|教育|公安|農業|人事|公平)委員長|各.+|同.+|全.+)$")

_PARTY = (
    r"(?:(?:自由民主|公明|立憲民主|日本共産|共産|国民民主|社会民主|社民|参政|民主|自民|[一-龠]{2,6})党|自民|公明|共産|立憲|維新(?:の会)?"
    r"|日本維新の会|れいわ新選組|都民ファーストの会|都ファースト|生活者ネット(?:ワーク)?|無所属|[一-龠ァ-ヺー]{2,8}(?:クラブ|フォーラム)"
    r"|[一-龠ァ-ヺーぁ-ん]{2,8}の会)(?:[一-龠]{0,4}(?:議員団|会派))?"
)
_PARTY_SPEAKS = re.compile(
    rf"{_BEFORE}(?P<party>{_PARTY})(?=(?:の(?:[{_KANJI}ぁ-ん]{{0,8}}?議員)?)?{_SPOKEN}|の[{_KANJI}ぁ-ん]{{0,8}}?議員"
    r"|[はが][^、。]{0,24}?(?:質問|質し|聞い|尋ね|求め|要望|主張|提案|述べ|反対|賛成|言っ))"
)


def speakers(text: str) -> tuple[str, ...]:
    """Members by name, posts and parties that `text` names as speaking or spoken to, in that order.

    Names are as written, without 議員 or さん. Words for kinds of people (女性議員, 民生委員) name nobody.

    >>> speakers("増田議員の質問に子ども家庭部長はどう答えたか")
    ('増田', '子ども家庭部長')
    """
    people = [*_MEMBER.finditer(text), *_PERSON.finditer(text)]
    names = [found["name"] for found in sorted(people, key=lambda found: found.start())]
    members = [name for name in names if not names_nobody(name)]
    posts = [_NOT_OF_POST.sub("", found["post"]) for found in _POST.finditer(text)]
    parties = [found["party"] for found in _PARTY_SPEAKS.finditer(text)]
    return tuple(dict.fromkeys([*members, *(post for post in posts if not _NO_POST.match(post)), *parties]))


_VERBS = r"(?:言|いっ|あり|出|答え|お答え|ご?答弁|ご?回答|ご?説明|述べ|話|発言|主張|語|考え|示|証言|ご?陳述|反論|釈明|弁明|見て|受け止め|捉え|とらえ|認識し|評価し)"
_SAID = re.compile(
    r"、?(?:何(?:と|て|を)|どう|どんな(?:こと|答弁|回答|説明|答え)を|どのように|どのような(?:こと|答弁|回答|説明|発言|見解|考え|証言)[をが])"
    rf"{_VERBS}[ぁ-ん]*[。？?]*$"
)
_REPLY_TO = re.compile(
    r"(?:に対する|への|に対しての)(?P<who>[^、。はがを]{1,24}?)の(?:ご?答弁|ご?回答|答え|見解)(?:の内容)?(?:は(?:何|どう[^。]*|どのような[^。]*)?(?:です|でした)?か?|を[^、。]{1,12})?[。？?]*$"
)
_ANYBODY = re.compile(
    r"(?:^|(?<=[、にでてはを]))(?:都|県|府|市|区|町|村|本市|本区|当局|執行部|執行機関|理事者|行政|事務局|(?:都|県|市|区)?教育委員会)(?:側)?(?:は|が|からは|から)$"
)
"""The executive as such, which is nobody's name."""
_ANYBODY_FIRST = re.compile(r"^(?:都|県|府|市|区|町|村|本市|本区|当局|執行部|行政)(?:は|が|としては)、?(?=.)")
_OF_A_MATTER = re.compile(
    r"(?<!質問)(?<!質疑)(?<!発言)(?:について|につき|に関して|に関し|に対して|に対し|を)、?$"
)
_PUT = r"(?:代表質問|一般質問|質問|質疑|問い|お尋ね)"
_A_QUESTION = re.compile(
    rf"(?:^|(?:に関する|についての?|に対する|の))?{_PUT}(?:に|に対し|に対して|について|へ)?、?$"
)
_TITLED = rf"{_NAME}(?:議員|委員|氏|さん|君)"
_BY_MEMBER = re.compile(rf"{_BEFORE}{_TITLED}(?:の|から(?:の)?|による)?")
_TO_MEMBER = re.compile(rf"{_BEFORE}{_TITLED}(?:に対し(?:て)?|に|へ)、?$")


_SAYS = re.compile(rf"{_BEFORE}{_NAME}(?:議員|委員|氏|さん|君|証人|参考人|公述人)(?:は|が|から)")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question asks that somebody replied: to which member, and on what; each empty where it is not said."""

    member: str = ""
    matter: str = ""


def reply_asked(question: str) -> Reply | None:
    """The reply that `question` asks for, by the member it was given to; None where it asks for none.

    >>> reply_asked("増田議員の空き家の質問に市長はどう答えましたか")
    Reply(member='増田', matter='空き家について')
    """
    rest = _said_of(question)
    if rest is None:
        return None
    member = ""
    if to := _TO_MEMBER.search(rest):
        member, rest = to["name"], rest[: to.start()]
    elif (by := _BY_MEMBER.search(rest)) and _A_QUESTION.search(rest[by.end() :]):
        before = rest[: by.start()]
        member = by["name"]
        rest = _about(rest[by.end() :]) or (before if _OF_A_MATTER.search(before) else "")
    if member and names_nobody(member):
        return None
    return Reply(member, rest.rstrip("、")) if member else None


_ASKED_WHAT = re.compile(
    rf"{_BEFORE}{_TITLED}(?:は|が)、?(?P<of>[^。]*?)(?:何を|何について|どんな(?:こと|質問)を|どのような(?:こと|質問|質疑)を)"
    r"(?:質問|質疑|聞[いかき]|尋ね|伺|取り上げ|問[いう]|しま?し|し)[^。、]*[。？?]*$"
    rf"|{_BEFORE}{_TITLED.replace('(?P<name>', '(?P<whose>')}の(?P<about>[^。、]*?)(?:代表質問|一般質問|質問|質疑)(?:の?(?:内容|要旨))?(?:は(?:何(?:です)?か)?|を教えて[^。、]*)[。？?]*$"
)


def question_asked(question: str) -> Reply | None:
    """The member whose questions `question` asks for, and on what; None where it asks for none.

    >>> question_asked("増田議員は空き家について何を質問しましたか")
    Reply(member='増田', matter='空き家について')
    """
    found = _ASKED_WHAT.search(question)
    name = (found["name"] or found["whose"] or "") if found else ""
    if found is None or not name or names_nobody(name):
        return None
    of = (found["of"] or found["about"] or question[: found.start()]).removesuffix("の").strip("、")
    of = of if not of or _OF_A_MATTER.search(of) else f"{of.removesuffix('についての')}について"
    return Reply(
        name, "" if re.fullmatch(r".*(?:年|月|日|議会|会議|委員会)(?:で|に)?(?:について)?", of) else of
    )


def said_by(question: str) -> tuple[str, ...]:
    """The persons whose own words `question` asks for, by name; posts and parties are none.

    >>> said_by("空き家について増田議員は何と述べましたか"), said_by("空き家について市長は何と述べましたか")
    (('増田',), ())
    """
    named = _SAYS.finditer(question) if _SAID.search(question) else ()
    return tuple(dict.fromkeys(found["name"] for found in named if not names_nobody(found["name"])))


def _about(rest: str) -> str:
    """What a question was about: 「空き家についての質問に」 and 「空き家の質問に」; empty for 「質問に」."""
    matter = _A_QUESTION.sub("", rest).removesuffix("の")
    return f"{matter}について" if matter else ""


def _said_of(question: str) -> str | None:
    """What stands before who said it and the verb of saying; None where nothing is asked to have been said."""
    said = _SAID.search(question) or _REPLY_TO.search(question)
    if said is None:
        return None
    rest = question[: said.start()]
    for name in speakers(question):
        rest = re.sub(
            rf"{re.escape(name)}(?:議員|委員|さん|氏|君|証人|参考人|公述人)?(?:は|が|からは|から)、?",
            "",
            rest,
            count=1,
        )
    return _ANYBODY_FIRST.sub("", _ANYBODY.sub("", rest))


def matter_said(question: str) -> str:
    """The matter alone where `question` asks what somebody said of it; else the question as it is.

    Neither who speaks nor the verb of speaking is a word that the answer must hold, nor who asked for it.

    >>> matter_said("空き家対策について市民部長は何と答えましたか")
    '空き家対策について'
    """
    reply = reply_asked(question)
    if reply is not None:
        return reply.matter or question
    rest = _said_of(question) if _SAID.search(question) else None
    if rest is None:
        return question
    return rest.rstrip("、") if _OF_A_MATTER.search(rest) else question


def names_nobody(name: str) -> bool:
    """Whether what stands before 議員 or さん is no name but a kind of person: 女性, 民生, 各会派の."""
    return _NO_NAME.search(name) is not None and _FAMILY.match(name) is None
