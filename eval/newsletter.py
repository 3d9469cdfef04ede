"""Learns from assembly newsletters which words are common there: counts only, no sentence is kept.

    python -m eval.newsletter [OUT.json]

writes `rag/compose/newsletter.json`: in how many summaries and questions a content word occurs, so that
a word everybody uses (支援, 推進) weighs less in a question than a rare one; and how much more a summary
uses a word than executives do who speak in committee.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.japanese import tokens

MIN_COUNT = 12
"""Rarer words are left out: their weight is that of an unknown word anyway."""
SMOOTHING = 5000
_EXECUTIVE = re.compile(r"局長|部長|知事|技監")


def document_counts(texts: Iterable[str]) -> tuple[int, dict[str, int]]:
    """How many texts there are, and in how many of them each content word occurs (`MIN_COUNT` or more)."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(tokens(text)))
    kept = {word: n for word, n in counts.items() if n >= MIN_COUNT and not any(c.isdigit() for c in word)}
    return total, dict(sorted(kept.items()))


def liking(summaries: Iterable[str], speeches: Iterable[str]) -> dict[str, float]:
    """Log ratio of a word's share in summaries to its share in speeches, smoothed, limited to [-3, 3]."""
    written = Counter(word for text in summaries for word in tokens(text))
    spoken = Counter(word for text in speeches for word in tokens(text))
    found = {}
    for word in {
        w for w, n in (written + spoken).items() if n >= 3 * MIN_COUNT and not any(c.isdigit() for c in w)
    }:
        here = (written[word] + 1) / (written.total() + SMOOTHING)
        there = (spoken[word] + 1) / (spoken.total() + SMOOTHING)
        found[word] = round(max(-3.0, min(3.0, math.log(here / there))), 2)
    return dict(sorted(found.items()))


def speeches(minutes: Path) -> Iterator[str]:
    """The openings of what executives said in the committees: eight meetings of each."""
    for path in sorted((minutes / "tokyo_committees").glob("*.json")):
        for meeting in json.loads(path.read_text(encoding="utf-8"))[:8]:
            for speech in meeting["Proceeding"]:
                if _EXECUTIVE.search(speech["Speaker"] or ""):
                    yield speech["Utterance"][:1500]


def main(argv: list[str]) -> int:
    """Write the counts; returns the exit status."""
    data = Path(os.environ.get("TOBEN_SHARED", "../shared")) / "data"
    target = Path(argv[0]) if argv else Path("rag/compose/newsletter.json")
    lines = (data / "qa/summaries_train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    summaries = [row["answer_summary"] for row in rows]
    total, counts = document_counts([f"{r['sub_topic']}。{r['question_summary']}" for r in rows] + summaries)
    likings = liking(summaries, speeches(data / "minutes"))
    content = {"texts": total, "in_texts": counts, "liking": likings}
    target.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{total} texts, {len(counts)} words counted, {len(likings)} compared, in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
