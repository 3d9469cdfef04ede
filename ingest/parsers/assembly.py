"""One sitting of an assembly or committee: labelled speeches become utterances under agenda items."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.model import Role
from ingest.parsers.agenda import Agenda
from ingest.parsers.draft import Draft
from ingest.parsers.roles import Turns
from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.speakers import Roster, Speaker, split_label
from ingest.parsers.wording import paragraphs, strip_directions, unwrapped

_PLENARY = re.compile(r"定例会|臨時会|議会会議録|本会議")


@dataclass
class Sitting:
    """A sitting as it is written down.

    `width` is the usual length of a line where lines are wrapped, 0 where each is a paragraph.
    """

    title: str
    front: str = ""
    labels: Iterable[str] = ()
    width: int = 0
    draft: Draft = field(default_factory=Draft)

    def __post_init__(self) -> None:
        self._roster = Roster()
        self._roster.attend(strip_sentinels(self.front))
        self._roster.learn({strip_sentinels(label) for label in self.labels})
        self._agenda = Agenda(self.front)
        self._turns = Turns(plenary=bool(_PLENARY.search(self.title)) or "委員会" not in self.title)
        self._last = ("", Speaker("", ""))
        self._acting = ""

    def speak(self, label: str, text: str) -> None:
        """Write down what the person called `label` says; stage directions and clock times are left out."""
        speaker = split_label(strip_sentinels(label), self._roster)
        self._last, self._acting = (label, speaker), speaker.post
        self._say(text)

    def say_as(self, speaker: Speaker, text: str, *, acting: str) -> None:
        """Write down what `speaker` says; `acting` is the post that tells the role."""
        self._last, self._acting = ("", speaker), acting
        self._say(text)

    def go_on(self, text: str) -> None:
        """Write down more of what the last speaker says."""
        self._say(text)

    def leave_out(self, text: str) -> None:
        """Pass over text that nobody says (lists, notes of the publisher)."""
        self.draft.keep(text)

    def _say(self, text: str) -> None:
        label, speaker = self._last
        said = self._plain(text)
        words = strip_sentinels(said)
        if not words.strip():
            self.draft.say(said, label=label)
            return
        role = self._turns.role(self._acting, words)
        if role is Role.QUESTION:
            self._agenda.asked()
        if role in (Role.CHAIR, Role.RESOLUTION):
            item = self._agenda.called(words)
            if item:
                self.draft.section(item)
        self.draft.say(said, speaker=speaker.name, post=speaker.post, role=role, label=label)

    def _plain(self, text: str) -> str:
        whole = re.sub(r"〔[^〔〕]{0,400}〕", lambda found: found.group().replace("\n", ""), text)
        lines = strip_directions(whole)
        return paragraphs(lines.split("\n"), self.width) if self.width else unwrapped(lines)
