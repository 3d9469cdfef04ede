"""What holds for every parsed document."""

from corpus.model import Document


def assert_sound(document: Document) -> None:
    """Utterances are the text, in order, without gaps, overlaps or emptiness; all spans lie inside it."""
    spoken = [document.text[u.start : u.end] for u in document.utterances]
    assert "\n".join(spoken) == document.text
    assert all(text == text.strip() and text for text in spoken)
    ends = [0, *(u.end for u in document.utterances)]
    assert all(u.start >= end for u, end in zip(document.utterances, ends, strict=False))
    for section in document.sections:
        assert 0 <= section.start <= section.end <= len(document.text)
    for utterance in document.utterances:
        assert utterance.section is None or 0 <= utterance.section < len(document.sections)
    for claim in document.claims:
        assert claim.span is None or 0 <= claim.span.start < claim.span.end <= len(document.text)
    assert not any(ord(c) >= 0xF0000 for c in document.text + document.title)


def said(document: Document) -> list[tuple[str, str, str, str]]:
    """(speaker, post, role, text) of every utterance."""
    return [
        (u.speaker, u.post, u.role.value, document.text[u.start : u.end].replace("\n", "¶"))
        for u in document.utterances
    ]
