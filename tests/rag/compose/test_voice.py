from datetime import date

from corpus.model import Passage
from rag.compose.voice import newest, who
from tests.rag.building import passage


def itself(said: Passage) -> Passage:
    return said


def test_whoever_speaks_is_named_with_the_post_where_it_is_known() -> None:
    assert who(passage("はい。", post="港湾課長", speaker="波野")) == "港湾課長 波野"
    assert who(passage("はい。", post="", speaker="")) == ""


def test_the_newest_day_counts_in_the_order_spoken() -> None:
    early = passage("一", date=date(2025, 3, 3), document_id="d", utterance=1)
    second = passage("二", date=date(2025, 6, 3), document_id="d", utterance=5)
    first = passage("三", date=date(2025, 6, 3), document_id="d", utterance=2)
    undated = passage("四", date=None, document_id="d", utterance=3)
    assert newest([early, second, undated, first], itself) == [first, second]
    assert newest([undated], itself) == [undated]
