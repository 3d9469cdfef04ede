"""A document in the making: utterances are appended in reading order, offsets come out right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from corpus.disclosure import MARK
from corpus.model import Document, Kind, LabelClaim, Role, Section, Utterance
from ingest.parsers.sentinels import has_mark, lead_of, sentinels_of, strip_sentinels


@dataclass
class Draft:
    """Text and structure gathered so far, still with sentinels (`ingest.parsers.sentinels`).

    Headings (agenda items, titles of chapters) are section titles only: they are not part of the
    text. Utterances are joined by one line break.
    """

    parts: list[str] = field(default_factory=list)
    length: int = 0
    solid: bool = False
    utterances: list[Utterance] = field(default_factory=list)
    open_sections: list[int] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def keep(self, text: str) -> None:
        """Leave `text` out of the document but for the sentinels in it."""
        self._append(sentinels_of(text))

    def section(self, title: str, level: int = 1) -> None:
        """Begin a section here; it ends where one of the same or a higher level begins.

        A section without a title only ends those before it.
        """
        while self.open_sections and self.sections[self.open_sections[-1]].level >= level:
            self._close(self.open_sections.pop())
        lead, rest = _around(title)
        self._append(lead)
        name = " ".join(strip_sentinels(title).split())
        if name:
            self.open_sections.append(len(self.sections))
            self.sections.append(Section(MARK if has_mark(rest) else name, self.length, self.length, level))
        self._append(rest)

    def say(
        self, text: str, *, speaker: str = "", post: str = "", role: Role = Role.OTHER, label: str = ""
    ) -> None:
        """Append what somebody said. Text without a visible character is kept only for its sentinels.

        `label` is the printed label with its sentinels; a closed mark inside it takes the name away.
        """
        lead, rest = _around(label)
        self._append(lead)
        if not strip_sentinels(text).strip():
            self._append(rest + sentinels_of(text))
            return
        if self.solid:
            self._append("\n")
        start = self.length
        self._append(rest + text)
        self.solid = True
        named = not has_mark(rest)
        self.utterances.append(
            Utterance(
                start,
                self.length,
                speaker if named else "",
                post if named else "",
                role,
                self.open_sections[-1] if self.open_sections else None,
            )
        )

    def finish(
        self,
        *,
        key: str,
        title: str,
        kind: Kind,
        meeting: str = "",
        session: str = "",
        day: date | None = None,
        department: str = "",
        url: str = "",
        claims: tuple[LabelClaim, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> Document:
        """The document, with sections closed."""
        while self.open_sections:
            self._close(self.open_sections.pop())
        return Document(
            key=key,
            title=title,
            kind=kind,
            text="".join(self.parts),
            sections=tuple(self.sections),
            utterances=tuple(self.utterances),
            meeting=meeting,
            session=session,
            date=day,
            department=department,
            url=url,
            claims=claims,
            warnings=warnings,
        )

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _close(self, number: int) -> None:
        section = self.sections[number]
        self.sections[number] = Section(section.title, section.start, self.length, section.level)


def _around(label: str) -> tuple[str, str]:
    """The sentinels before a label and those inside or after it."""
    lead = lead_of(label)
    return lead, sentinels_of(label)[len(lead) :]
