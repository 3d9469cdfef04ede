"""What the daybook is told of each thing that leaves the service, and when an auditor is told.

The alerts of the threat list (L41, probing by volume). Whether an id that was refused is withheld or does not
exist makes no difference here, so that nobody learns from an alert, or from the absence of one, that it exists.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from api.daybook import Alert, Daybook, Unanswered, new_id
from api.settings import AlertSettings
from corpus.audit import Entry
from corpus.disclosure import PUBLIC, Principal
from corpus.japanese import person_names
from rag.answer import RefusalCode

log = logging.getLogger("toben.noting")
told = structlog.stdlib.get_logger("toben.alerts")

REFUSED_IDS = "refused_ids"
CLOSED_PASSAGES = "closed_passages"
NAMES = "names"
_OPENED = frozenset({"document", "passage", "thread"})
_WIDE = frozenset({"public", "staff"})
_DAY = timedelta(days=1)
_NO_ANSWER = f"refused:{RefusalCode.NOT_FOUND}"
_UNTRAINED = f"refused:{RefusalCode.TRAINING}"


class Noting:
    """Keeps the daybook of one service. What cannot be noted is logged and changes no answer."""

    def __init__(
        self,
        daybook: Daybook,
        *,
        unanswered_days: int,
        alerts: AlertSettings,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Note in `daybook`; `unanswered_days` of 0 keeps no words, and forgets those that were kept."""
        self._daybook = daybook
        self._days = unanswered_days
        self._alerts = alerts
        self._now = now

    def tidy(self) -> None:
        """Forget what is older than the settings allow; at every start."""
        try:
            self._daybook.forget(self._days)
        except (sqlite3.Error, OSError):
            log.exception("daybook_unavailable")

    def served(self, entry: Entry, principal: Principal, compartments: frozenset[str]) -> None:
        """Something was shown to `principal`, who may read `compartments`, or refused."""
        try:
            self._serve(entry, principal, compartments)
        except (sqlite3.Error, OSError):
            log.exception("daybook_unavailable")

    def wrong(
        self,
        question: str,
        comment: str,
        passages: Sequence[str],
        principal: Principal,
        compartments: frozenset[str],
    ) -> None:
        """`principal` called the answer to a question wrong; `passages` had been shown with it."""
        if not question:
            return
        try:
            self._keep("bad", question, principal, compartments, passages, comment)
        except (sqlite3.Error, OSError):
            log.exception("daybook_unavailable")

    def _serve(self, entry: Entry, principal: Principal, compartments: frozenset[str]) -> None:
        asked = entry.kind in ("ask", "search")
        if asked and entry.decision != _UNTRAINED:
            departments = sorted(principal.departments) or [""]
            self._daybook.count(principal.id, departments, searched=entry.kind == "search")
        shown = tuple(each.passage_id for each in entry.shown if each.passage_id)
        if entry.kind == "ask" and entry.decision == _NO_ANSWER:
            self._keep(RefusalCode.NOT_FOUND, entry.question, principal, compartments, shown)
        self._watch(entry, principal)

    def _keep(
        self,
        why: str,
        question: str,
        principal: Principal,
        compartments: frozenset[str],
        passages: Sequence[str],
        comment: str = "",
    ) -> None:
        if not self._days:
            return
        item = Unanswered(
            new_id(),
            self._now(),
            why,
            question,
            comment,
            tuple(principal.departments),
            compartments,
            tuple(passages),
        )
        self._daybook.keep(item, days=self._days)

    def _watch(self, entry: Entry, principal: Principal) -> None:
        settings = self._alerts
        if settings.refused_ids and entry.kind in _OPENED and entry.decision != "shown":
            within = timedelta(minutes=settings.refused_minutes)
            self._mark(REFUSED_IDS, principal, [entry.target], within, settings.refused_ids)
        closed = [s.passage_id for s in entry.shown if s.passage_id and s.compartment not in _WIDE]
        if settings.closed_passages and closed and principal is not PUBLIC:
            self._mark(CLOSED_PASSAGES, principal, closed, _DAY, settings.closed_passages)
        if settings.names and entry.kind in ("ask", "search") and principal is not PUBLIC:
            named = [self._daybook.digest(name) for name in person_names(entry.question)]
            within = timedelta(minutes=settings.names_minutes)
            if named:
                self._mark(NAMES, principal, named, within, settings.names + 1)

    def _mark(
        self, kind: str, principal: Principal, items: Sequence[str], within: timedelta, threshold: int
    ) -> None:
        found = self._daybook.mark(kind, principal.id, items, within=within, threshold=threshold)
        if found is not None:
            _tell(found)


def _tell(alert: Alert) -> None:
    told.warning("alert", kind=alert.kind, principal=alert.person, count=alert.count)
