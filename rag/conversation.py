"""Makes a follow-up question stand alone: 「それはいつからですか」 after a question about school meals.

No model is asked. Only the earlier questions count, never the answers: those hold text that its reader may have
lost the right to since, and a client may put anything there. Whether a question with a matter of its own
belongs to the earlier one（映像はどのくらい保存されますか）cannot be told from words alone; the caller
decides that by what the reader's records say on both together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.normalisation import normalise
from rag.refusal import assess_question
from rag.speaking import speakers
from rag.substitution import MEANT, PLACE, another_period, another_value, meant
from rag.topic import (
    asking_sentence,
    deed_of,
    last_period,
    own_nouns,
    topic_of,
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
    """An earlier question as it stands alone, and the topic that it was put under, if any."""

    text: str
    root: str = ""


def _root(question: str, tied: str) -> str:
    end = f"について、{_bare(question)}"
    return tied.removesuffix(end) if tied.endswith(end) else ""


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
                matters.append(_Matter(tied or text, _root(text, tied)))
    if not matters or assess_question(question, follows=True) is not None:
        return Resolved(question)
    tied = _tied(question, matters, asking)
    return Resolved(tied, True) if tied and tied != question else Resolved(question)


_LEAD = re.compile(
    r"^(?:(?:では|それでは|じゃあ?|それなら|で(?=、)|あと(?=、)|なお|また(?!は)|ちなみに|次に|続いて|すると|同じく|同様に|ついでに|なるほど(?=[、。])|はい(?=[、。])"
    r"|ありがとう(?:ございま(?:す|した))?(?=[、。])|わかりました(?=[、。])|分かりました(?=[、。]))[、。]?\s*)+"
)
_CHANGE = re.compile(
    r"^(?:ところで|話は?(?:が)?(?:変わ|かわ)[^、。]{0,8}|別件(?:で|です)[^、。]{0,4}|話題を変え[^、。]{0,6}|全く別の[^、。]{0,8})[、。]?"
)
_BACK = re.compile(
    r"^(?:(?P<matter>[^、。]{1,30}?)(?:の(?:話|件|こと|話題|質問|ほう|方))?に(?:もう一度)?(?:戻|もど)(?:り|る|し|って)[^、。]{0,8}"
    r"|(?:さっき|先ほど|最初|はじめ|初め|前)の(?P<former>[^、。]{0,30}?)の?(?:話|件|こと|話題|質問)(?:です|だ|なん(?:です|だ))?(?:が|けど|けれど|けれども|について|で)(?:は|も)?)[、。]?(?P<rest>.*)$"
)
_WRONG = re.compile(
    r"^(?:(?:いや|いえ|いいえ|ううん|違い?ます|違う|ちがい?ます|ちがう|そうでは(?:なく(?:て)?|ありません)|そうじゃな(?:く(?:て)?|い(?:です)?)|間違え(?:ました|た)|訂正(?:し)?(?:ます|です)?"
    r"|すみません|すいません|失礼(?:しました)?|ごめん(?:なさい)?|申し訳(?:ない|ありません))(?:が|けど|けれど)?[、。\s]+)+"
)
_THE_OTHER = re.compile(r"(?:のほう|の方|のこと)(?:です|でした|だ)(?:よ|ね|が|けど)?$")
_IT = re.compile(
    r"^(?:それ|これ|そちら|あれ|そこ|ここ|上記|前述)(?:ら)?(?P<rest>(?:は|が|を|に|の|って|について|で|も|から|、).*)?$"
)
_THAT = re.compile(
    r"(?:その|この|同じ|同)(?!他|ほか|一方|上で|後の(?!年)|ため|際|よう|度|まま|[0-9０-９数十]|じ|く)(?P<noun>(?:制度|事業|計画|取組み?|施設|件|話|問題|施策|条例|案|工事)(?![一-龠]))?"
)
_SAME_TIME = re.compile(r"^同じ(?:年度|年|月|日|時期|時点|期間)(?:の|に|で)(?:は)?、?")
_OF_FIGURE = re.compile("内訳|根拠|理由|原因|推移|増減|差")
_MORE = re.compile(
    r"(?:もう少し|もっと|さらに)?(?:詳しく|くわしく|具体的に|細かく)(?:は|お願いします|お願いいたします|教えて(?:ください)?|説明して(?:ください)?|知りたい(?:です)?)*"
    r"|(?:全部|すべて|全て|一覧(?:で|を)?)、?(?:教えて|見せて|挙げて|出して)(?:ください)?"
    r"|(?:ほか|他)(?:に|には)(?:何か)?(?:は)?(?:あり(?:ます|ません)か)?|続き(?:を|は)?(?:教えて(?:ください)?|お願いします)?"
)
_WHO = r"(?:誰|だれ|どなた)"
_WHO_SAID = re.compile(
    rf"(?:{_WHO}|どの(?:部長|課長|議員|委員|人))(?:が|の)?(?:(?:答|応)え|答弁|発言|説明|言っ|言い|述べ|話し)"
    rf"|(?:答え|答弁(?:を)?(?:し)?|発言(?:を)?(?:し)?|説明(?:を)?(?:し)?|言っ|述べ)た(?:の|人|方)は(?:{_WHO}|$)|^(?:その)?(?:発言者|答弁者)(?:は|$)"
)
_WHO_ASKED = re.compile(
    rf"(?:{_WHO}|どの(?:議員|委員|会派|党|人)|どこの会派)(?:が|の)?、?(?:質問|質疑|聞[いか]|訊|尋ね|たずね|取り上げ|問う|問い)"
    rf"|(?:質問|質疑|聞い|訊い|尋ね|取り上げ)(?:を)?(?:し)?(?:た|て(?:い)?る|て(?:い)?た)(?:の|人|方|議員|委員)は(?:{_WHO}|どの|$)|^(?:その)?(?:質問者|質問議員)(?:は|の|$)"
)
_SOURCE = re.compile(
    r"^(?:その|この|それの)?(?P<what>原文|原典|出典|出所|典拠|元の(?:文|発言|資料)|発言の?全文|根拠(?:となる|の|になる)(?:箇所|発言|文|資料|記録)|根拠|ソース)"
    r"(?:(?:は|を|が|も)?(?:何(?:です)?か?|どこ(?:です|に(?:あり|書いてあり)ます)?か?|どれ(?:です)?か?|(?:見せ|教え|示し|出し|確認させ)て(?:ください|ほしい(?:です)?)?|見たい(?:です)?|知りたい(?:です)?|あり(?:ます|ません)か|お願いします)?)$"
)
_WHY = re.compile(
    r"^(?:(?:それ|これ)は)?、?(?:なぜ|何故|どうして|なんで)(?:です|でしょう|な(?:の|ん)です|そう(?:な(?:の|ん)|なった(?:の|ん))です)?か?$"
)
_ELLIPTIC = re.compile(
    r"[^、。はがを]{1,8}(?:のほう|の方|の場合|だけ)?(?:は|も|では|だと|なら)(?:どう|いかが)?(?:です|でしょう)?か?"
)
"""「平日は」: no word of what is asked."""
_ASCII = re.compile(r"[\x00-\x7f]+")


def of_the_answer(question: str) -> bool:
    """Whether a question asks about the answer before it (who gave it, its source, more of it) and names no matter."""
    text = _bare(question)
    if _MORE.fullmatch(text) or _SOURCE.match(text):
        return True
    found = _WHO_ASKED.search(text) or _WHO_SAID.search(text)
    return found is not None and not own_nouns(_IT.sub("", f"{text[: found.start()]}{text[found.end() :]}"))


def _bare(question: str) -> str:
    """A question without its lead and its end."""
    text = _LEAD.sub("", re.sub(r"[。？?！!\s]+$", "", question.strip()))
    return text if _MORE.fullmatch(text) else _LEAD.sub("", asking_sentence(text)) or text


def _tied(question: str, matters: Sequence[_Matter], asking: _Asking) -> str:
    """`question` tied to the questions `matters`, the last of them before all; empty where it stands alone."""
    if not matters:
        return ""
    before, today = matters[-1].text, asking.today
    if (back := _BACK.match(question.strip())) and (returned := _returned(back, matters, asking)):
        return returned
    if _CHANGE.match(question):
        return ""
    if (wrong := _WRONG.match(question.strip())) and (
        corrected := meant(_bare(question.strip()[wrong.end() :]), before, today)
    ):
        return corrected
    text = _bare(_WRONG.sub("", question.strip()))
    if _THE_OTHER.search(text) and (corrected := meant(text, before, today)):
        return corrected
    if (instead := MEANT.match(text)) and instead["wrong"] and instead["wrong"] in before:
        return before.replace(instead["wrong"], instead["value"], 1)
    if _ASCII.fullmatch(text):
        return ""
    return _about_answer(text, before, asking) or (
        another_period(text, before, today)
        or _pointing(text, before, today)
        or another_value(text, before, today)
        or _tied_by_topic(text, question, matters[-1], asking)
    )


def _about_answer(text: str, before: str, asking: _Asking) -> str:
    """A question about the answer before it: more of it, who gave it or asked for it, its source, why."""
    whole = topic_of(before, whole=True)
    if _MORE.fullmatch(text):
        return f"{whole}について、詳しく教えてください" if whole else ""
    if source := _SOURCE.match(text):
        grounds = f"{whole}の根拠は何ですか"
        return grounds if source["what"] == "根拠" and asking.belongs(grounds) else before
    if of_the_answer(text):
        asked = _WHO_ASKED.search(text) is not None
        return f"{whole}について、誰が{'質問し' if asked else '答え'}ましたか"
    if _WHY.match(text):
        deed = deed_of(before)
        return f"{deed if re.search(r'(?:[一-龠ァ-ヴー]|見込み)$', deed) else whole}の理由は何ですか"
    return ""


def _returned(back: re.Match[str], matters: Sequence[_Matter], asking: _Asking) -> str:
    """「給食費の話に戻りますが、…」: the question tied to the one that was about it, or about it anew."""
    named = back["matter"] or back["former"] or ""
    words = frozenset(own_nouns(named))
    shared = [len(words & frozenset(own_nouns(matter.text))) for matter in matters]
    if not words:
        found = matters[0] if re.match("最初|はじめ|初め", back.group()) else matters[-2:][0]
    elif max(shared):
        found = matters[len(matters) - 1 - shared[::-1].index(max(shared))]
    else:
        found = _Matter(f"{named}について教えてください")
    rest = back["rest"].strip()
    return (_tied(rest, [found], asking) or rest) if rest else found.text


def _pointing(text: str, before: str, today: date) -> str:
    """A question with それ or その, with the matter in its place."""
    topic = topic_of(before)
    if not topic:
        return ""
    if (found := _IT.match(text)) and not _WHO_SAID.search(text):
        rest = found["rest"] or "は"
        return f"{topic_of(before, whole=True) if not own_nouns(rest) else topic}{rest}"
    if same := _SAME_TIME.match(text):
        known = last_period(before, today)
        return f"{topic}について、{f'{known.text}の' if known else ''}{text[same.end() :]}"
    found = _THAT.search(text)
    if found is None:
        return ""
    put = topic if found["noun"] else f"{topic_of(before, whole=bool(_OF_FIGURE.match(text, found.end())))}の"
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
        return f"{_for_period(topic, text, asking)}について、{text}"
    whole = topic_of(before, whole=True)
    topics = dict.fromkeys(
        [*([whole] if _ELLIPTIC.fullmatch(text) else []), topic, without_attribute(matter.root) or topic]
    )
    tied = [f"{_for_period(each, text, asking)}について、{text}" for each in topics]
    if near := next((each for each in tied if asking.belongs(each)), ""):
        return near
    if len(own) == 1 and (near := next((each for each in tied if asking.answered(each)), "")):
        return near
    if asking.answered(question) and not re.fullmatch(r".{1,3}(?:は|も)", text):
        return ""
    return tied[0] if _leaves_out(text, asking) or asking.answered(tied[0]) else ""


def _for_period(topic: str, text: str, asking: _Asking) -> str:
    """The topic without its period where the question names another one."""
    if last_period(text, asking.today) and (old := last_period(topic, asking.today)):
        return f"{topic[: old.start]}{topic[old.end :]}".lstrip("の") or topic
    return topic


def _leaves_out(text: str, asking: _Asking) -> bool:
    """Whether a question clearly goes on with something: 「平日は」, 「来年度は何種目ですか」."""
    named = last_period(text, asking.today)
    return bool(_ELLIPTIC.fullmatch(text)) or (named is not None and named.start == 0)


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _stands_alone(text: str, own: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a question clearly opens a topic: it says about what, by whom or where, or names much."""
    normal = normalise(text)
    told = re.search(r"について|に関(?:し|す)|とは(?:何|$)", normal) or speakers(text) or PLACE.match(normal)
    return bool(told) or len(own) >= 3 or bool(known & frozenset(own) and len(own) >= 2)
