"""The finder finds every canary in every disguise, and nothing where there is none."""

from __future__ import annotations

import json

import pytest

from eval.canaries import DISGUISES, Finder, breed

FLOCK = breed(12, seed=7)
AROUND = "整備の方針について御説明いたします。ア　カ　サ　タ　ナ。12345678円、乙黒と申します。\n".encode()


@pytest.mark.parametrize("form", DISGUISES)
def test_every_canary_is_found_in_every_form(form: str) -> None:
    finder = Finder(FLOCK)
    for canary in FLOCK:
        hits = finder.hits(AROUND + DISGUISES[form](canary) + b"\n" + AROUND)
        assert [hit.canary for hit in hits] == [canary], canary


def test_nothing_is_found_where_nothing_is() -> None:
    assert Finder(FLOCK).hits(AROUND * 50) == []
    assert Finder(FLOCK).hits(bytes(range(256)) * 100) == []


def test_half_a_fact_is_no_fact() -> None:
    canary = FLOCK[0]
    assert Finder(FLOCK).hits(f"{canary.name}氏が出席した。".encode()) == []
    assert Finder(FLOCK).hits(f"予算は{canary.number}円。".encode()) == []


def test_a_search_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no canaries"):
        Finder([])


def test_the_same_seed_breeds_the_same_and_no_two_are_alike() -> None:
    assert breed(12, seed=7) == FLOCK
    assert breed(12, seed=8) != FLOCK
    for values in zip(*((c.word, c.name, c.number) for c in FLOCK), strict=True):
        assert len(set(values)) == len(FLOCK)


def test_a_canary_in_a_body_of_json_is_found() -> None:
    body = json.dumps({"passages": [{"text": f"候補は{FLOCK[3].word}です。"}]}).encode()
    assert [hit.canary for hit in Finder(FLOCK).hits(body)] == [FLOCK[3]]
