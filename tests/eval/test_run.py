"""Suites over a small store: the samples, disclosure, and what makes a run fail."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC, Principal
from corpus.embedding import HashEmbedder
from corpus.store import Store
from eval import suite
from eval.errors import SuiteError
from eval.run import run
from eval.stand import Stand
from rag.answer import Answer
from tests.eval.conftest import SAMPLES, people, stand_over


def test_the_samples_are_measured_and_nothing_leaks(stand: Stand, samples: suite.Loaded) -> None:
    found = run(samples, stand, refresh=False)
    assert len(found.rows) == 40
    assert set(samples.suite.measures) <= set(found.measures)
    assert found.measures["leaks"].hits == 0
    assert found.measures["success@5"].value > 0.5
    assert found.notes == ()


def test_a_report_is_for_those_who_may_read_all_its_texts(stand: Stand, samples: suite.Loaded) -> None:
    found = run(samples, stand, refresh=False)
    audiences = {row.id: row.audience for row in found.rows}
    assert audiences["s01"] == "public" != audiences["s39"]
    assert {"dept:資産経営課", "dept:福祉課"} <= set(found.audience.split("&"))


def test_a_result_says_what_it_was_run_on(stand: Stand, samples: suite.Loaded) -> None:
    p = run(samples, stand, refresh=False).provenance
    assert p.commit and p.index and p.corpus and p.questions
    assert set(p.principals) == {"public", "suzuki", "sato", "takahashi", "tanaka", "yamane"}
    assert p.settings["embedding"] == "hash"
    assert p.fingerprint.startswith("hash")


def test_the_corpus_digest_is_the_same_in_another_store(
    stand: Stand, samples: suite.Loaded, tmp_path: Path
) -> None:
    other = stand_over(Store.open(tmp_path / "other", salt="11" * 16))
    first, second = run(samples, stand, refresh=False), run(samples, other)
    assert first.provenance.corpus == second.provenance.corpus
    assert first.provenance.passages == second.provenance.passages > 0
    assert [row.scores for row in first.rows] == [row.scores for row in second.rows]


def disclosure() -> suite.Loaded:
    """The disclosure suite with its questions on the secrets alone: everything else is for ``toben eval run``."""
    loaded = suite.load("disclosure")
    kept = {"secrets": loaded.suite.extra["secrets"]}
    return replace(loaded, suite=loaded.suite.model_copy(update={"questions": None, "extra": kept}))


def test_nobody_gets_what_is_closed_to_him_and_readers_get_it(stand: Stand) -> None:
    found = run(disclosure(), stand, refresh=False)
    assert found.measures["leaks"].hits == 0
    assert found.measures["leaks"].questions == 9 * (1 + 7)  # people, by their lists and the secrets
    assert found.measures["reach"].value > 0.9  # vectors without a model


class Careless:
    """An engine that takes everybody for the one who may read most."""

    def __init__(self, stand: Stand) -> None:
        self._engine = stand.engine()
        self._other: Principal = people(SAMPLES / "principals.yaml")["suzuki"]

    def __getattr__(self, name: str):
        return lambda question, principal, **options: getattr(self._engine, name)(
            question, self._other, **options
        )

    def reader(self, principal: Principal):
        return self._engine.reader(principal)


@pytest.mark.parametrize("name", ["disclosure", "samples"])
def test_a_leak_is_found_and_fails_the_run(stand: Stand, samples: suite.Loaded, name: str) -> None:
    careless = replace(stand, engine=lambda: Careless(stand))
    found = run(disclosure() if name == "disclosure" else samples, careless, refresh=False)
    assert found.measures["leaks"].hits > 0
    assert not found.passed
    named = "price［1］" if name == "disclosure" else "3億8,400万円"
    assert any(named in remark for row in found.rows for remark in row.remarks)


class Silent:
    """An engine that finds nothing and always refuses."""

    def __init__(self, stand: Stand) -> None:
        self.reader = stand.engine().reader

    def ask(self, question: str, principal: Principal, **options: object):
        from rag.answer import NOT_FOUND
        from rag.question import Understood

        return Answer(refusal=NOT_FOUND), Understood()

    def search(self, query: str, principal: Principal, **options: object):
        from rag.question import Understood

        return [], Understood()


def test_an_engine_that_says_nothing_passes_no_leak_suite(stand: Stand) -> None:
    found = run(disclosure(), replace(stand, engine=lambda: Silent(stand)), refresh=False)
    assert found.measures["leaks"].hits == 0
    assert found.measures["reach"].value == 0 and not found.passed


def test_always_refusing_costs_precision_and_every_answerable_question(
    stand: Stand, samples: suite.Loaded
) -> None:
    measures = run(samples, replace(stand, engine=lambda: Silent(stand)), refresh=False).measures
    assert measures["refusal_recall"].value == 1
    assert measures["refusal_precision"].value == pytest.approx(10 / 40)
    assert measures["wrong_refusal"].value == 1
    assert measures["success@5"].value == measures["facts"].value == 0


def own_suite(tmp_path: Path, questions: str, more: str = "") -> suite.Loaded:
    (tmp_path / "documents").mkdir()
    text = "令和7年度の方針\n\n桟橋の修繕は、令和8年4月に着手する。工事費は三億二千万円を見込む。\n"
    (tmp_path / "documents" / "plan.txt").write_text(text, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text(questions, encoding="utf-8")
    (tmp_path / "suite.yaml").write_text(
        "name: mine\ntitle: ためし\ncorpus: {store: mine, sources: [documents], label: open}\n"
        f"questions: {{file: questions.jsonl}}\nmeasures: [success@1, facts]\n{more}",
        encoding="utf-8",
    )
    return suite.load(str(tmp_path))


QUESTION = (
    '{"id": "q1", "question": "桟橋の修繕はいつ着手しますか。", '
    '"relevant": [{"document": "plan.txt", "quote": "桟橋の修繕は、令和８年４月に着手する。"}], "facts": ["令和8年4月"]}\n'
)


def test_an_evaluators_own_suite_is_loaded_and_measured(tmp_path: Path) -> None:
    loaded = own_suite(tmp_path, QUESTION, "thresholds: {success@1: 1}\n")
    found = run(loaded, stand_over(Store.open(tmp_path / "store")))
    assert found.measures["success@1"].value == 1
    assert found.passed


def test_drafts_are_not_measured_and_counted_aloud(tmp_path: Path) -> None:
    draft = QUESTION.replace('"q1"', '"q2"').replace('"facts"', '"draft": true, "facts"')
    found = run(own_suite(tmp_path, QUESTION + draft), stand_over(Store.open(tmp_path / "store")))
    assert [row.id for row in found.rows] == ["q1"]
    assert "下書きの質問 1問" in found.notes[0]


def test_a_place_that_is_not_there_is_told_and_scores_nothing(tmp_path: Path) -> None:
    loaded = own_suite(tmp_path, QUESTION.replace("着手する。", "完成する。"))
    found = run(loaded, stand_over(Store.open(tmp_path / "store")))
    assert found.measures["success@1"].value == 0
    assert found.notes == ("q1：plan.txt の、質問者が読める本文に、正解の文言がありません",)


def test_a_stranger_in_the_questions_is_refused(tmp_path: Path) -> None:
    loaded = own_suite(tmp_path, QUESTION.replace("{", '{"as": "nobody", ', 1))
    with pytest.raises(SuiteError, match="nobody"):
        run(loaded, stand_over(Store.open(tmp_path / "store")))


def test_a_store_that_an_evaluator_names_is_measured_as_it_is(tmp_path: Path) -> None:
    loaded = own_suite(tmp_path, QUESTION)
    stand = stand_over(Store.open(tmp_path / "store"))
    run(loaded, stand)
    (tmp_path / "documents" / "plan.txt").unlink()
    assert run(loaded, stand, refresh=False).measures["success@1"].value == 1


class Other(HashEmbedder):
    """Another model."""

    fingerprint = "hash-of-another-kind"


def test_an_index_of_another_model_is_not_measured_but_made_anew(tmp_path: Path) -> None:
    loaded = own_suite(tmp_path, QUESTION)
    stand = stand_over(Store.open(tmp_path / "store"))
    run(loaded, stand)
    other = replace(stand, embedder=Other)
    with pytest.raises(SuiteError, match="toben index rebuild"):
        run(loaded, other, refresh=False)
    assert run(loaded, other).provenance.fingerprint.startswith("hash-of-another-kind")


def test_public_asks_where_nothing_else_is_said(stand: Stand) -> None:
    assert stand.engine().reader(PUBLIC).compartments == {"public"}
    assert isinstance(stand.embedder(), HashEmbedder)


def grounding(generate: int) -> suite.Loaded:
    """The grounding suite over the samples, with questions made from them alone."""
    loaded = suite.load("grounding")
    return replace(loaded, suite=loaded.suite.model_copy(update={"questions": None, "generate": generate}))


def test_questions_are_made_from_the_store_itself(stand: Stand) -> None:
    found = run(grounding(12), stand, refresh=False)
    assert len(found.rows) == 12 and found.passed
    assert found.measures["unsupported_figures"].questions > 0


def test_a_missing_file_of_questions_leaves_those_made_from_the_store(stand: Stand) -> None:
    loaded = grounding(3)
    part = suite.QuestionsPart(file="$TOBEN_SHARED/nowhere.jsonl")
    found = run(
        replace(loaded, suite=loaded.suite.model_copy(update={"questions": part})), stand, refresh=False
    )
    assert len(found.rows) == 3 and "nowhere.jsonl" in found.notes[0]


class Embellishing:
    """An engine that adds a sum and an organisation to what it quotes."""

    def __init__(self, stand: Stand) -> None:
        self._engine = stand.engine()
        self.reader, self.search = self._engine.reader, self._engine.search

    def ask(self, question: str, principal: Principal, **options: object):
        answer, understood = self._engine.ask(question, principal, **options)
        told = (
            replace(one, text=f"{one.text}総額987億円で、湾岸振興協会が担います。")
            for one in answer.sentences
        )
        return replace(answer, sentences=tuple(told)), understood


def test_a_figure_or_name_that_its_source_lacks_fails_the_run(stand: Stand) -> None:
    engine = Embellishing(stand)
    found = run(grounding(12), replace(stand, engine=lambda: engine), refresh=False)
    assert not found.passed
    remarks = "".join(remark for row in found.rows for remark in row.remarks)
    assert "987億円" in remarks and "湾岸振興協会" in remarks


def test_a_follow_up_is_measured_by_what_it_carries(tmp_path: Path) -> None:
    asked = (
        '{"id": "1", "history": ["市内の空き家は何戸ありますか"], "question": "費用は", "carries": ["空き家"]}\n'
        '{"id": "2", "history": ["市内の空き家は何戸ありますか"], "question": "費用は", "carries": ["公園"]}\n'
    )
    loaded = own_suite(tmp_path, asked)
    measured = loaded.suite.model_copy(update={"measures": ("carried",), "thresholds": {}})
    found = run(replace(loaded, suite=measured), stand_over(Store.open(tmp_path / "store")))
    assert [row.scores["carried"].value for row in found.rows] == [1.0, 0.0]
    assert "引き継いでいない：公園" in found.rows[1].remarks[0]
