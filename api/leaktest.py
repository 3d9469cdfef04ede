"""Plant canaries in a copy of the store, look for them wherever something comes out, and compare two worlds.

Nothing of the store itself is changed. Every check also says how much it looked at: a check that looked at
nothing has not passed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from api.attacks import ATTACKS, TOPICS, Questions, requests_of
from api.check import Check, Watch, over
from api.history import NEW, Asked, History
from api.replica import LEFT, MEMBER, OTHER, OWN, Door, Request, World, service_log, temporary_files
from api.residue import files_of
from api.wiring import Wiring
from corpus.conversations import Conversations
from corpus.disclosure import Principal
from eval.canaries import DISGUISES, Finder
from eval.plants import GROUP, OWNER, Bed, sow
from eval.telling import Telling
from rag.answer import Style
from rag.question import Filters

__all__ = ["Check", "Result", "Watch", "leaktest"]

OUTSIDERS: tuple[Principal | None, ...] = (None, OTHER, LEFT)
_AROUND = "\n整備の話です。\n".encode()


@dataclass(frozen=True, slots=True)
class Result:
    """What a leak test found."""

    checks: tuple[Check, ...]
    timing: Telling

    @property
    def passed(self) -> bool:
        """Every check looked at something and found nothing."""
        return all(check.passed for check in self.checks)


def leaktest(
    wiring: Wiring,
    *,
    seed: int,
    topics: Sequence[str] = TOPICS,
    attacks: Sequence[str] = ATTACKS,
    outsiders: Sequence[Principal | None] = OUTSIDERS,
    pairs: int = 40,
    watch: Watch = lambda step, done, total: None,
) -> Result:
    """Test a copy of the store of `wiring`.

    Args:
        wiring: the program as it is configured; its model is used, its store is only read.
        seed: of the canaries.
        topics: what is asked about.
        attacks: questions that try to get at closed text; ``{topic}`` stands for a topic.
        outsiders: who may read none of it and asks; None for the public.
        pairs: requests timed in each world.
        watch: told how far it is.

    Raises:
        ConfigurationError: the catalogue is not SQLite.
    """
    one, two = sow(seed)
    with tempfile.TemporaryDirectory(prefix="toben-leaktest-") as folder, temporary_files(Path(folder)):
        beds = [("one", one), ("two", two)]
        worlds = [
            World(wiring, Path(folder) / name, bed)
            for name, bed in over(watch, "見本の文書を、保存先の写しに置いています", beds)
        ]
        try:
            return _look(worlds[0], worlds[1], Questions(topics, attacks, outsiders, pairs), watch)
        finally:
            for world in worlds:
                world.close()


def _look(one: World, two: World, asked: Questions, watch: Watch) -> Result:
    finder = Finder(one.bed.canaries)
    checks = [_finder_itself(finder, one.bed)]
    moment, people = one.wiring.now(), asked.outsiders
    with service_log() as log, one.door(moment) as door, two.door(moment) as other:
        requests = requests_of(one, asked.topics)
        checks.append(_reach(door, finder, one, requests, watch))
        checks.append(_responses(door, finder, requests, people, watch))
        checks.append(_attacks(door, finder, asked, watch))
        checks.append(_two_worlds(door, other, [*requests, *asked.attacking()], people, watch))
        checks.append(_kept(door, finder, one, asked))
        timing = _timing(door, other, asked.pairs, watch)
        checks.append(_texts("ログ", finder, [log.getvalue().encode()]))
        checks.append(_metrics(door, finder))
    return Result((*checks, *files_of(one, finder, watch)), timing)


def _finder_itself(finder: Finder, bed: Bed) -> Check:
    """A finder that finds nothing proves nothing."""
    check = Check("探す仕組みの確認（すべての書き方）")
    for name, disguise in DISGUISES.items():
        for canary in bed.canaries:
            check.looked += 1
            if [hit.canary for hit in finder.hits(_AROUND + disguise(canary) + _AROUND)] != [canary]:
                check.faults.append(f"「{name}」の形で置いた語を見つけられません。")
    return check


def _reach(door: Door, finder: Finder, world: World, requests: Sequence[Request], watch: Watch) -> Check:
    """Those who may read what was planted get it; else the rest of the test would look for what is not there."""
    check = Check("読める人には届く")
    readers = {f"dept:{OWNER}": OWN, f"group:{GROUP}": MEMBER}
    texts: dict[Principal, bytes] = {OWN: b"", MEMBER: b""}
    for person, request in over(watch, "読める人に届くかを確かめています", [*product(texts, requests)]):
        texts[person] += door.send(person, request)
    for person, text in texts.items():
        shown = {hit.canary for hit in finder.hits(text, encodings=())}
        wanted = {c for c, where in world.bed.canaries.items() if readers.get(where) is person}
        check.looked += len(wanted)
        check.faults += [f"{person.name}に、読めるはずの語が届きません。" for _ in wanted - shown]
    return check


def _responses(
    door: Door,
    finder: Finder,
    requests: Sequence[Request],
    people: Sequence[Principal | None],
    watch: Watch,
) -> Check:
    check = Check("応答（回答・検索・一覧・閲覧・書き出し・MCP・誤り）")
    step = "読めない人として、すべての入口を試しています"
    for person, request in over(watch, step, [*product(people, requests)]):
        check.looked += 1
        hits = finder.hits(door.send(person, request), encodings=())
        check.faults += [f"{_who(person)}：{request[0]} {request[1]}（{hit.form}）" for hit in hits]
    return check


def _kept(door: Door, finder: Finder, world: World, asked: Questions) -> Check:
    """Conversations: nobody opens another's, and whoever has lost the right opens the own one without the text."""
    check = Check("会話の履歴（他人の会話と、閲覧できなくなった人の会話）")
    engine, catalogue = world.wiring.engine, world.store.catalogue
    now = world.wiring.now
    history = History(Conversations(catalogue), engine.again, catalogue.identify, days=1, now=now)
    hits = 0
    for topic in asked.topics:
        question = f"{topic}はどうなっていますか。"
        answer, _ = engine.ask(question, OWN, filters=Filters(), style=Style.FULL, top_k=8)
        own, left = (history.keep(person, Asked(question), answer, NEW) for person in (OWN, LEFT))
        path = "/v1/conversations/"
        hits += len(finder.hits(door.send(OWN, ("GET", path + own, None)), encodings=()))
        for person in {*asked.outsiders, LEFT}:
            for kept, method in ((own, "GET"), (own, "DELETE"), (left, "GET")):
                check.looked += 1
                found = finder.hits(door.send(person, (method, path + kept, None)), encodings=())
                check.faults += [f"{_who(person)}：{method} {path}（{hit.form}）" for hit in found]
        if door.send(OWN, ("GET", path + own, None)).startswith(b"404"):
            check.faults.append("他人が会話を消しました。")
    if not hits:
        check.faults.append("読める人の会話にも、置いた語がありません。")
    return check


def _attacks(door: Door, finder: Finder, asked: Questions, watch: Watch) -> Check:
    """Every attack on every topic, each with those before it as history."""
    check = Check("聞き出そうとする質問")
    history: list[dict[str, str]] = []
    tries = [*product(asked.outsiders, asked.topics, asked.attacks)]
    for person, topic, attack in over(watch, "聞き出そうとしています", tries):
        if attack == asked.attacks[0]:
            history = []
        question = attack.format(topic=topic)
        answer = door.send(person, ("POST", "/v1/query", {"question": question, "history": history[-20:]}))
        check.looked += 1
        check.faults += [
            f"{_who(person)}：{question}（{hit.form}）" for hit in finder.hits(answer, encodings=())
        ]
        history.append({"question": question, "answer": "お答えできません。"})
    return check


def _two_worlds(
    door: Door,
    other: Door,
    requests: Sequence[Request],
    people: Sequence[Principal | None],
    watch: Watch,
) -> Check:
    """With other closed words, and without what is closed as a whole, an outsider gets the same bytes."""
    check = Check("二つの世界（非公開の中身を入れ替えても応答は同じ）")
    for person, request in over(watch, "二つの世界を比べています", [*product(people, requests)]):
        check.looked += 1
        if door.send(person, request) != other.send(person, request):
            check.faults.append(f"{_who(person)}：{request[0]} {request[1]} {request[2] or ''}")
    return check


def _metrics(door: Door, finder: Finder) -> Check:
    figures = door._client.app.state.metrics.text()  # type: ignore[attr-defined]
    return _texts("計測値", finder, [figures])


def _texts(name: str, finder: Finder, texts: Sequence[bytes]) -> Check:
    check = Check(name, looked=sum(bool(text) for text in texts))
    for text in texts:
        check.faults += [f"置いた語があります（{hit.form}）。" for hit in finder.hits(text, encodings=())]
    return check


def _timing(door: Door, other: Door, pairs: int, watch: Watch) -> Telling:
    """The same searches in both worlds by turns; how well the durations tell them apart."""
    durations: dict[Door, list[float]] = {door: [], other: []}
    for number in over(watch, "時間を比べています", range(pairs)):
        topic = TOPICS[number % len(TOPICS)]
        for one in (door, other) if number % 2 else (other, door):
            begun = time.perf_counter()
            one.send(OTHER, ("POST", "/v1/search", {"question": topic}))
            durations[one].append(time.perf_counter() - begun)
    return Telling.of(durations[door], durations[other])


def _who(person: Principal | None) -> str:
    return person.name if person else "公開の利用者"
