"""Ask the questions of a suite through the engine and score what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from corpus.disclosure import PUBLIC, Principal, audience_of
from corpus.model import Passage
from eval import answers, leaks
from eval.datasets import Question
from eval.errors import Fault, SuiteError
from eval.gold import Gold, Places, where
from eval.judge import NAME as JUDGED
from eval.judge import Judge
from eval.measures import Score, is_retrieval, retrieval_scores
from eval.result import Row, Source
from eval.stand import Engine, Stand
from eval.suite import Suite
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.question import Filters

TOP_K = 8
"""Passages handed to the composer: what the page and the endpoint use by default."""

SHOWN = 3
"""Passages of each question that go into the report, besides the right ones."""

Progress = Callable[[int, int], None]


def ask_all(
    suite: Suite,
    questions: Sequence[Question],
    stand: Stand,
    people: Mapping[str, Principal],
    *,
    judge: Judge | None = None,
    progress: Progress = lambda done, total: None,
) -> tuple[list[Row], list[str]]:
    """One row a question, in order; and what is wrong with the suite, in Japanese.

    Proposals that nobody has looked at yet (``draft``) are left out.

    Raises:
        SuiteError: a question names a person whom nobody knows.
    """
    asked = [question for question in questions if not question.draft]
    _refuse_strangers(asked, people)
    engine, places = stand.engine(), Places(stand.store)
    rows, notes = [], []
    if len(asked) < len(questions):
        notes.append(
            f"下書きの質問 {len(questions) - len(asked)}問は測っていません（確かめて draft を外してください）"
        )
    for number, question in enumerate(asked, 1):
        principal = people[question.as_ or suite.principal]
        row, missing = _row(suite, question, engine, principal, places, judge)
        rows.append(row)
        notes += [f"{question.id}：{text}" for text in missing]
        progress(number, len(asked))
    return rows, notes


def known_people(given: Mapping[str, Principal]) -> dict[str, Principal]:
    """The people of a suite, and nobody in particular."""
    return {PUBLIC.id: PUBLIC, **given}


def _refuse_strangers(questions: Sequence[Question], people: Mapping[str, Principal]) -> None:
    faults = [
        Fault("questions", 0, "as", f"{question.id}：利用者 {question.as_} が利用者の一覧にありません")
        for question in questions
        if question.as_ and question.as_ not in people
    ]
    if faults:
        raise SuiteError(faults)


def _row(
    suite: Suite,
    question: Question,
    engine: Engine,
    principal: Principal,
    places: Places,
    judge: Judge | None,
) -> tuple[Row, list[str]]:
    reader = engine.reader(principal)
    gold, missing = places.of(question, reader)
    found, search_s = _search(suite, question, engine, principal)
    relevant = places.passages(gold, reader)
    scores = _retrieval(suite, question, found, relevant)
    answer, stages = None, {"search": search_s}
    remarks: list[str] = []
    if any(not is_retrieval(name) for name in suite.measures):
        clock = Clock()
        answer, understood = engine.ask(
            question.question,
            principal,
            filters=Filters(),
            style=Style(suite.style),
            top_k=TOP_K,
            history=[(text, "") for text in question.history],
            clock=clock,
        )
        remarks += _carried(question, understood.question or question.question)
        scores |= {"carried": Score(float(not remarks))} if question.history else {}
        scores |= answers.answer_scores(question, answer, gold)
        shown = leaks.found(question.must_not_show, leaks.of_found(found), said=question.question)
        leaked = {*shown, *answers.leaked(question, answer)}
        scores["leaks"] = Score(float(len(leaked)))
        stages = clock.stages
        opinion = judge.score(question, principal, answer) if judge else None
        scores |= {JUDGED: opinion} if opinion else {}
    row = Row(
        id=question.id,
        question="→".join([*question.history, question.question]),
        principal=principal.id,
        audience=audience_of(
            [*(item.passage.compartment for item in found), *(place.compartment for place in gold)]
        ),
        scores={name: score for name, score in scores.items() if name in suite.measures},
        stages_ms={name: round(seconds * 1000, 2) for name, seconds in stages.items()},
        reference=question.reference,
        answer=_answer_text(answer),
        refused=answer is not None and answer.refusal is not None,
        wanted=tuple(
            Source(where=places.where(place, reader), text=place.text, relevant=True) for place in gold
        ),
        found=_worth_showing(found, relevant),
        cited=_cited(answer, gold),
        remarks=(*remarks, *_remarks(question, answer, found, missing)),
    )
    return row, missing


def _carried(question: Question, completed: str) -> list[str]:
    """What is wrong with a question as completed from its history (Japanese)."""
    lost = [text for text in question.carries if text not in completed]
    kept = [text for text in question.drops if text in completed]
    told = f"（「{completed}」として調べた）"
    return [f"前の質問から引き継いでいない：{'、'.join(lost)}{told}"] * bool(lost) + [
        f"前の話題が残っている：{'、'.join(kept)}{told}"
    ] * bool(kept)


def _search(
    suite: Suite, question: Question, engine: Engine, principal: Principal
) -> tuple[list[Retrieved], float]:
    begun = time.perf_counter()
    found, _ = engine.search(question.question, principal, filters=Filters(), top_k=suite.depth)
    return found, time.perf_counter() - begun


def _retrieval(
    suite: Suite, question: Question, found: Sequence[Retrieved], relevant: set[str]
) -> dict[str, Score]:
    """Retrieval measures; 0 for a question whose places no passage covers, none for one without places."""
    names = [name for name in suite.measures if is_retrieval(name)]
    if not question.relevant:
        return {}
    ranking = [item.passage.id for item in found]
    scores = retrieval_scores({"q": dict.fromkeys(relevant, 1)}, {"q": ranking}, names)
    return scores.get("q", dict.fromkeys(names, Score(0.0)))


def _worth_showing(found: Sequence[Retrieved], relevant: set[str]) -> tuple[Source, ...]:
    """The first few and every right one: a report of thousands of questions must stay readable."""
    return tuple(
        source(item.passage, item.rank, item.passage.id in relevant)
        for item in found
        if item.rank <= SHOWN or item.passage.id in relevant
    )


def source(passage: Passage, rank: int, relevant: bool) -> Source:
    """A passage as a report shows it."""
    return Source(where=where(passage), text=passage.text, rank=rank, relevant=relevant)


def _answer_text(answer: Answer | None) -> str:
    if answer is None:
        return ""
    if answer.refusal is not None:
        return answer.refusal.message
    return "".join(s.text + "".join(f"［{n}］" for n in s.citations) for s in answer.sentences)


def _cited(answer: Answer | None, gold: Sequence[Gold]) -> tuple[Source, ...]:
    if answer is None:
        return ()
    return tuple(
        Source(
            where=where(citation.passage),
            text=citation.quote,
            rank=citation.n,
            relevant=any(place.holds(citation.passage) for place in gold),
        )
        for citation in answer.citations
    )


def _remarks(
    question: Question, answer: Answer | None, found: Sequence[Retrieved], missing: Sequence[str]
) -> list[str]:
    remarks = list(missing)
    if answer is None:
        return remarks
    if answer.refusal is not None and question.answerable:
        remarks.append("答えがあるのに断った")
    if answer.refusal is None and not question.answerable:
        remarks.append("答えがないのに答えた")
    if question.answerable and answer.refusal is None and (absent := answers.absent_facts(question, answer)):
        remarks.append(f"答えにない事実：{'、'.join(absent)}")
    for sentence in answer.sentences:
        strange, share = answers.unsupported(sentence, answer)
        if strange:
            remarks.append(f"出典にない数字・日付・固有名：{'、'.join(strange)}")
        elif share < answers.ENOUGH:
            remarks.append(f"出典にある内容語が{share:.0%}しかない文：{sentence.text}")
    shown = leaks.found(question.must_not_show, leaks.of_found(found), said=question.question)
    remarks += [
        f"見せてはならない語句：{text}" for text in dict.fromkeys([*shown, *answers.leaked(question, answer)])
    ]
    return remarks
