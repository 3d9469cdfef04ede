from __future__ import annotations

from datetime import date

import pytest

from rag.answer import Style
from rag.compose.extractive import compose
from tests.rag.building import found, passage


@pytest.mark.parametrize("tie", ["このうち、", "こうした取り組みによりまして、", "これらの対策を通じて、"])
def test_a_tie_to_a_sentence_that_is_not_shown_is_left_out(tie: str) -> None:
    reply = passage(f"川沿いでは工事が続いております。{tie}河口遊歩道の照明は来年三月に点灯いたします。")
    answer = compose(
        "河口遊歩道の照明はいつ点灯しますか", found(reply), style=Style.FULL, today=date(2025, 9, 1)
    )
    assert answer.sentences[0].text.startswith("河口遊歩道の照明は")
