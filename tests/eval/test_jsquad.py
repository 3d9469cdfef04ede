"""Paragraphs as passages: nothing cut or joined, every question tied to its own paragraph."""

import json
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC
from corpus.embedding import HashEmbedder
from corpus.reading import Reader
from corpus.store import Store
from eval import jsquad
from eval.gold import Places


@pytest.fixture
def data(tmp_path: Path) -> Path:
    def paragraph(number: int, context: str, *questions: str) -> dict[str, object]:
        asked = [{"id": f"p{number}q{n}", "question": q, "answers": []} for n, q in enumerate(questions)]
        return {"context": context, "qas": asked}

    articles = [
        {
            "title": "灯台",
            "paragraphs": [
                paragraph(0, "灯台 [SEP] 灯台は、船に位置を知らせる塔である。", "灯台は何を知らせるか。"),
                paragraph(
                    1, "灯台 [SEP] 岬の先に建てられることが多い。", "どこに建つか。", "多いのはどこか。"
                ),
            ],
        },
        {
            "title": "桟橋",
            "paragraphs": [paragraph(2, "桟橋 [SEP] 桟橋は、船を着ける所である。", "桟橋は何か。")],
        },
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": articles}, ensure_ascii=False), encoding="utf-8")
    return path


def test_every_paragraph_is_one_passage_without_its_title(data: Path, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    jsquad.build(store, HashEmbedder, data, watch=lambda stage: None)
    reader = Reader(store, PUBLIC)
    passages = [passage for key in reader.documents() for passage in reader.passages_of(key)]
    assert {(p.title, p.text) for p in passages} == {
        ("灯台", "灯台は、船に位置を知らせる塔である。"),
        ("灯台", "岬の先に建てられることが多い。"),
        ("桟橋", "桟橋は、船を着ける所である。"),
    }
    assert len(store.index()) == 3
    assert store.verify() == []


def test_every_question_has_its_own_paragraph_and_no_other(data: Path, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    jsquad.build(store, HashEmbedder, data, watch=lambda stage: None)
    reader, places = Reader(store, PUBLIC), Places(store)
    texts = {}
    for question in jsquad.questions(data):
        gold, missing = places.of(question, reader)
        found = reader.passages(sorted(places.passages(gold, reader)))
        assert missing == [] and len(found) == 1
        texts[question.id] = next(iter(found.values())).text
    assert texts["p1q1"] == "岬の先に建てられることが多い。"
    assert len(texts) == 4


def test_the_real_set_has_the_published_size(shared: Path) -> None:
    articles = jsquad.read_articles(shared / "data/jsquad/valid-v1.3.json")
    assert sum(len(article.paragraphs) for article in articles) == 1145
    assert sum(len(asked) for article in articles for asked in article.questions) == 4442
