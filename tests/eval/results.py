"""Made-up results for the tests of comparing and reporting."""

from datetime import datetime

from eval.measures import Score
from eval.result import Provenance, Result, Row, Source, gates, summaries
from eval.suite import Anchor

MEASURES = ("success@1", "mrr@10", "leaks")
RIGHT = Source(
    where="第3回定例会 2025-09-08 市長 青山太郎", text="桟橋は来年度に直します。", rank=1, relevant=True
)
WRONG = Source(where="第3回定例会 2025-09-08 議員 白川花", text="桟橋はいつ直しますか。", rank=1)


def row(key: str, rank: int | None, *, leaks: float = 0, question: str = "桟橋はいつ直しますか。") -> Row:
    """A question whose right passage stands at `rank`."""
    found = {1: (RIGHT,), None: (WRONG,)}.get(rank) or (WRONG, RIGHT.model_copy(update={"rank": rank}))
    return Row(
        id=key,
        question=question,
        scores={
            "success@1": Score(float(rank == 1)),
            "mrr@10": Score(1 / rank if rank else 0.0),
            "leaks": Score(leaks),
        },
        stages_ms={"embed": 20.0, "compose": 5.0},
        reference="来年度に直す。",
        answer="桟橋は来年度に直します。［1］",
        wanted=(RIGHT.model_copy(update={"where": "", "rank": 0}),),
        found=found,
        cited=found[:1],
        remarks=("見せてはならない語句：秘密",) if leaks else (),
    )


def result(*rows: Row, thresholds: dict[str, float] | None = None, commit: str = "0123456789ab") -> Result:
    """A result over `rows`."""
    measures = summaries(rows, MEASURES)
    return Result(
        suite="harbour",
        title="港の質問",
        about="架空の港町の会議録に質問する。",
        measures=measures,
        gates=gates(measures, thresholds or {}),
        anchors=(Anchor(name="よその方式", measure="success@1", value=0.25, source="報告書"),),
        provenance=Provenance(
            date=datetime(2026, 6, 1, 12, 30),
            commit=commit,
            command="toben eval run harbour",
            principals=("public", "sato"),
            settings={"embedding": "hash"},
            documents=2,
            passages=1234,
            corpus="c" * 16,
            index="i" * 16,
            questions="q" * 16,
            fingerprint="hash/terms-1",
            machine="x86_64、2コア、Python 3.11",
        ),
        rows=rows,
        notes=("q9：文書 none.txt がありません",),
        seconds=3.2,
    )
