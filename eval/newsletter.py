"""Learns from assembly newsletters which words are common there: counts only, no sentence is kept.

    python -m eval.newsletter [SUMMARIES.jsonl] [OUT.json]

writes `rag/compose/newsletter.json`: in how many summaries and questions a content word occurs, so that
a word everybody uses (支援, 推進) weighs less in a question than a rare one.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from corpus.japanese import tokens

MIN_COUNT = 12
"""Rarer words are left out: their weight is that of an unknown word anyway."""


def document_counts(texts: Iterable[str]) -> tuple[int, dict[str, int]]:
    """How many texts there are, and in how many of them each content word occurs (`MIN_COUNT` or more)."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(tokens(text)))
    kept = {word: n for word, n in counts.items() if n >= MIN_COUNT and not any(c.isdigit() for c in word)}
    return total, dict(sorted(kept.items()))


def main(argv: list[str]) -> int:
    """Write the counts; returns the exit status."""
    shared = Path(os.environ.get("TOBEN_SHARED", "../shared"))
    source = Path(argv[0]) if argv else shared / "data/qa/summaries_train.jsonl"
    target = Path(argv[1]) if len(argv) > 1 else Path("rag/compose/newsletter.json")
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    texts = [f"{row['sub_topic']}。{row['question_summary']}" for row in rows]
    texts += [row["answer_summary"] for row in rows]
    total, counts = document_counts(texts)
    target.write_text(
        json.dumps({"texts": total, "in_texts": counts}, ensure_ascii=False, indent=0), encoding="utf-8"
    )
    print(f"{total} texts, {len(counts)} words kept in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
