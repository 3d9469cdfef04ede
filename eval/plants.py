"""Records with canaries in closed text, as files that go through the real ingest, in two versions.

The second version holds other words, of other length, wherever the first holds closed ones, and lacks the
records that are closed as a whole. Whoever may read none of it must not be able to tell the two apart.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from eval.canaries import Canary, breed

OWNER = "漏えい試験課"
GROUP = "漏えい試験班"
OUTSIDE = "漏えい試験外部課"
COLLECTION = "漏えい試験"
COUNT = 12
"""Canaries of one version."""

LATER = "closed-later.txt"
DELETED = "deleted.txt"


@dataclass(frozen=True, slots=True)
class Plant:
    """A file, and which canaries are in it for whom.

    `canaries` maps each canary to the compartment in which alone it may stand; empty: nowhere at all any more.
    """

    name: str
    text: str
    canaries: dict[Canary, str]


@dataclass(frozen=True, slots=True)
class Bed:
    """One version of all plants.

    `quote` is what is closed in `LATER` after it was taken in; `ledger` is the 台帳 as CSV.
    """

    plants: tuple[Plant, ...]
    ledger: str
    quote: str

    @property
    def canaries(self) -> dict[Canary, str]:
        """Every canary and the compartment in which alone it may stand."""
        return {canary: where for plant in self.plants for canary, where in plant.canaries.items()}


def sow(seed: int) -> tuple[Bed, Bed]:
    """The two versions. The same seed gives the same ones."""
    flock = breed(2 * COUNT, seed)
    return _bed(flock[:COUNT], whole=True), _bed(flock[COUNT:], whole=False)


def _bed(flock: Sequence[Canary], *, whole: bool) -> Bed:
    owner, group = f"dept:{OWNER}", f"group:{GROUP}"
    long = "" if whole else "なお、この件は次の会議でもう一度、別の案と比べて検討する。"
    rows: list[dict[str, str]] = []
    partial = _partial(flock[0], flock[1], flock[2], long)
    plants = [Plant("partial.txt", partial, {flock[0]: owner, flock[1]: group, flock[2]: owner})]
    rows += _partial_rows(flock[1], flock[2], long)
    plants.append(Plant("staff.txt", _form("庁内連絡会議", _STAFF), {}))
    rows.append({"文書": "staff.txt", "状態": "非公開", "閲覧範囲": "庁内"})
    quote = f"移転先は{flock[3].word}地区とし、費用は{int(flock[3].number):,}円、相手方は{flock[3].name}とする。{long}"
    plants.append(Plant(LATER, _form("整備検討会議", [*_LATER[:1], quote, *_LATER[1:]]), {flock[3]: owner}))
    rows.append({"文書": LATER, "状態": "公開", "閲覧範囲": "公開"})
    plants.append(Plant("open.txt", _form("広報会議", _OPEN), {}))
    rows.append({"文書": "open.txt", "状態": "公開", "閲覧範囲": "公開"})
    if whole:
        plants += [
            Plant("closed.txt", _form(f"人事検討会議 {flock[4].word}", _secret(flock[4])), {flock[4]: owner}),
            Plant(f"懲戒_{flock[5].word}.txt", _form("懲戒審査会議", _secret(flock[5])), {flock[5]: group}),
            Plant(DELETED, _form("廃案会議", _secret(flock[6])), {flock[6]: ""}),
        ]
        rows += [
            {"文書": "closed.txt", "状態": "非公開", "閲覧範囲": f"課:{OWNER}"},
            {
                "文書": f"懲戒_{flock[5].word}.txt",
                "状態": "非公開",
                "閲覧範囲": f"班:{GROUP}",
                "存否": "秘匿",
            },
            {"文書": DELETED, "状態": "非公開", "閲覧範囲": f"課:{OWNER}"},
        ]
    return Bed(tuple(plants), _csv(rows), quote)


_LATER = ["新しい庁舎の整備について、事務局から説明する。", "工期は三年を見込み、来年度に設計を始める。"]
_STAFF = ["新しい庁舎の整備の説明会を来月開く。", "各課は説明会の資料を準備する。"]
_OPEN = ["新しい庁舎の整備は三年で終える。", "整備の費用は毎年度の予算で公表する。"]


def _secret(canary: Canary) -> list[str]:
    return [
        f"整備の費用に関わる{canary.word}計画について協議する。",
        f"{canary.name}氏に{int(canary.number):,}円を支払う案を了承した。",
    ]


def _partial(marked: Canary, narrow: Canary, hidden: Canary, long: str) -> str:
    return _form(
        "用地検討会議",
        [
            "新しい庁舎の用地について検討する。",
            f"〔非公開ここから〕候補は{marked.word}地区で、価格は{int(marked.number):,}円、地権者は{marked.name}である。"
            f"{long}〔非公開ここまで〕",
            f"用地の決め方は公平でなければならない。{_narrow(narrow, long)}次の会議で案をまとめる。",
            f"用地の測量は来月行う。{_hidden(hidden)}測量の結果は公表する。",
        ],
        closed=True,
    )


def _narrow(canary: Canary, long: str) -> str:
    return f"{canary.name}氏の{canary.word}案は{int(canary.number):,}円で退けた。{long}"


def _hidden(canary: Canary) -> str:
    return f"{canary.name}氏から{canary.word}の申出が{int(canary.number):,}円であった。"


def _partial_rows(narrow: Canary, hidden: Canary, long: str) -> list[dict[str, str]]:
    shared = {"文書": "partial.txt", "状態": "非公開"}
    return [
        {"文書": "partial.txt", "状態": "一部非公開", "閲覧範囲": f"課:{OWNER}"},
        {**shared, "閲覧範囲": f"班:{GROUP}", "非公開箇所": _narrow(narrow, long)},
        {**shared, "閲覧範囲": f"課:{OWNER}", "存否": "秘匿", "非公開箇所": _hidden(hidden)},
    ]


def _form(meeting: str, said: Sequence[str], *, closed: bool = False) -> str:
    """A record in the usual form; one line a speech, by turns of committee and office."""
    record = "□公開　□非公開　■一部非公開" if closed else "■公開　□非公開　□一部非公開"
    lines = [f"{('（委員）', '（事務局）')[number % 2]}　{words}" for number, words in enumerate(said)]
    return "\n".join(
        [
            "会　議　録",
            f"会議の名称　{meeting}",
            f"事務局（担当課）　{OWNER}",
            "開催日時　令和７年６月２日（月）　14時00分～15時00分",
            "開催場所　第一会議室",
            "公開の可否",
            "会　　議　■公開　□非公開　□一部非公開",
            f"会 議 録　{record}",
            *(["非公開・一部非公開の理由", "審議中の情報が含まれるため"] if closed else []),
            "会議次第",
            "１　議事",
            "（１）新しい庁舎の整備について",
            "",
            "１　議事",
            "（１）新しい庁舎の整備について",
            *lines,
            "",
        ]
    )


def _csv(rows: Sequence[dict[str, str]]) -> str:
    kept = io.StringIO()
    columns = ("文書", "状態", "閲覧範囲", "存否", "非公開箇所")
    writer = csv.DictWriter(kept, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue()
