"""Who may read what: labels, principals, compartments, and the one function that decides.

`may_read` is the only place where a label is compared with a person. Anything unknown,
missing, malformed or expired is denied (fail closed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from corpus.errors import DisclosureError

MARK = "〔非公開〕"
"""What stands in the place of a closed span. Its length says nothing about what it replaces."""


class Status(StrEnum):
    """The disclosure status put on material."""

    OPEN = "open"  # 公開
    PARTIAL = "partial"  # 一部非公開
    CLOSED = "closed"  # 非公開
    UNDETERMINED = "undetermined"  # 未判定


class Ground(StrEnum):
    """Why something is closed (the grounds of information disclosure ordinances)."""

    DELIBERATION = "DELIBERATION"  # 審議・検討・協議
    PERSONAL = "PERSONAL"  # 個人
    CORPORATE = "CORPORATE"  # 法人
    SAFETY = "SAFETY"  # 公共の安全
    OPERATIONS = "OPERATIONS"  # 事務・事業
    LAW = "LAW"  # 法令
    SECRET_SESSION = "SECRET_SESSION"  # 秘密会
    RETRACTED = "RETRACTED"  # 取消発言
    OTHER = "OTHER"


Clause = frozenset[str]
"""Alternatives, any one of which lets a person in: ``public``, ``staff``, ``dept:…``, ``group:…``."""

PUBLIC_CLAUSE: Clause = frozenset({"public"})
NOBODY: Clause = frozenset()
_ATOM = re.compile(r"public|staff|(?:dept|group):[^\s&|:*]+")


@dataclass(frozen=True, slots=True)
class Label:
    """The disclosure label of a document or of a part of it.

    Attributes:
        status: 公開・一部非公開・非公開・未判定.
        audience: while not open, every clause must let the person in. Empty means the owner only.
        owner: the department that keeps the record; reads it when closed without an audience.
        grounds: why it is closed.
        reason: the printed reason.
        hidden: whether even its existence is withheld (存否応答拒否).
        effective_from: a label that is open only from this day on.
        review_on: when the decision is looked at again; changes nothing by itself.
        decided_by, decided_on, basis: the decision.
    """

    status: Status
    audience: frozenset[Clause] = frozenset()
    owner: str = ""
    grounds: frozenset[Ground] = frozenset()
    reason: str = ""
    hidden: bool = False
    effective_from: date | None = None
    review_on: date | None = None
    decided_by: str = ""
    decided_on: date | None = None
    basis: str = ""

    @property
    def clauses(self) -> frozenset[Clause]:
        """What a reader must satisfy: all clauses, each by one of its alternatives."""
        if self.status is Status.OPEN and not self.audience:
            return frozenset({PUBLIC_CLAUSE})
        if self.audience:
            return self.audience
        return frozenset({frozenset({f"dept:{self.owner}"}) if self.owner else NOBODY})


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or program that asks. Nobody gets content by being an administrator.

    `valid_from` and `valid_until` are inclusive days; outside them the principal is nobody in
    particular and reads what the public reads.
    """

    id: str
    name: str = ""
    departments: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_until: date | None = None
    training_completed_on: date | None = None
    staff: bool = True

    def active(self, now: datetime) -> bool:
        """Whether the validity dates cover `now` (local time of the office)."""
        today = now.date()
        return (self.valid_from is None or self.valid_from <= today) and (
            self.valid_until is None or today <= self.valid_until
        )


PUBLIC = Principal(id="public", staff=False)
"""Nobody in particular: what a request without identity is."""


class Reason(StrEnum):
    """Why `may_read` decided so; for the audit log, never for the caller."""

    OPEN = "open"
    MEMBER = "member"
    NOT_A_MEMBER = "not_a_member"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    INACTIVE = "inactive"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of `may_read`."""

    allowed: bool
    reason: Reason

    def __bool__(self) -> bool:
        return self.allowed


def may_read(principal: Principal, label: Label, now: datetime) -> Decision:
    """Whether `principal` may read text under `label` at `now`. Pure; never raises.

    >>> may_read(PUBLIC, Label(Status.CLOSED, owner="情報政策課"), datetime(2025, 6, 1)).allowed
    False
    """
    try:
        return _decide(principal, label, now)
    except Exception:  # whatever is wrong with the input, the answer is no
        return Decision(False, Reason.MALFORMED)


def _decide(principal: Principal, label: Label, now: datetime) -> Decision:
    if not isinstance(label.status, Status) or not label.clauses:
        return Decision(False, Reason.MALFORMED)
    if label.effective_from is not None and now.date() < label.effective_from:
        return Decision(False, Reason.NOT_YET_EFFECTIVE)
    if label.clauses == frozenset({PUBLIC_CLAUSE}) and label.status is Status.OPEN:
        return Decision(True, Reason.OPEN)
    if not all(_satisfies(principal, clause, now) for clause in label.clauses):
        return Decision(False, Reason.NOT_A_MEMBER if principal.active(now) else Reason.INACTIVE)
    return Decision(True, Reason.MEMBER)


def _satisfies(principal: Principal, clause: Clause, now: datetime) -> bool:
    """Whether one of the alternatives of `clause` holds for `principal`."""
    if "public" in clause:
        return True
    if not principal.staff or not principal.active(now):
        return False
    return any(_is_member(principal, atom) for atom in clause)


def _is_member(principal: Principal, atom: str) -> bool:
    scope, _, name = atom.partition(":")
    if scope == "staff" and not name:
        return True
    if scope == "dept" and name:
        return any(same_department(name, own) for own in principal.departments)
    return scope == "group" and bool(name) and name in principal.groups


def same_department(left: str, right: str) -> bool:
    """Whether two written names mean one department.

    The minutes print 「政策経営部情報政策課」, the register of staff 「情報政策課」. A name without
    its division is taken to be unique in the office; the principals file refuses one that is not.

    >>> same_department("政策経営部情報政策課", "情報政策課")
    True
    >>> same_department("福祉部総務課", "区民部総務課")
    False
    """
    longer, shorter = sorted((left, right), key=len, reverse=True)
    if not shorter or longer == shorter:
        return bool(shorter)
    division = longer.removesuffix(shorter)
    return division != longer and division.endswith(("部", "局", "室", "委員会", "本部"))


def compartment(label: Label) -> str:
    """The compartment of text under `label`: the canonical name of the set of people who may read it.

    Clauses are joined by ``&``, the alternatives of a clause by ``|``, both sorted; ``nobody`` where
    no one may.

    >>> compartment(Label(Status.CLOSED, owner="情報政策課"))
    'dept:情報政策課'
    """
    clauses = _absorb(label.clauses)
    if not clauses or NOBODY in clauses:
        return "nobody"
    return "&".join(sorted("|".join(sorted(clause)) for clause in clauses))


def _absorb(clauses: frozenset[Clause]) -> frozenset[Clause]:
    """Drop clauses that others imply: whoever is in a department or group is staff, and staff is public."""
    if any(not _well_formed(clause) for clause in clauses):
        return frozenset({NOBODY})
    narrow = frozenset(clause for clause in clauses if "public" not in clause)
    if not narrow:
        return frozenset({PUBLIC_CLAUSE}) if clauses else frozenset()
    narrower = frozenset(clause for clause in narrow if "staff" not in clause)
    kept = narrower or frozenset({frozenset({"staff"})})
    return frozenset(clause for clause in kept if not any(other < clause for other in kept))


def _well_formed(clause: Clause) -> bool:
    """Whether every alternative is a known atom (an empty clause is: it lets nobody in)."""
    return all(_ATOM.fullmatch(atom) for atom in clause)


def compartment_label(name: str) -> Label:
    """The label that stands for a compartment: what `may_read` is asked about its passages.

    Raises:
        DisclosureError: `name` is not the name of a compartment.
    """
    if name == "public":
        return Label(Status.OPEN)
    if name == "nobody":
        return Label(Status.CLOSED)
    clauses = frozenset(frozenset(part.split("|")) for part in name.split("&"))
    if not all(clause and _well_formed(clause) for clause in clauses):
        raise DisclosureError(f"{name!r} is not a compartment")
    return Label(Status.CLOSED, audience=clauses)


def readable(principal: Principal, compartments: Iterable[str], now: datetime) -> frozenset[str]:
    """Those of `compartments` whose passages `principal` may read at `now`; malformed names are left out.

    A department written without its division counts for nothing where it may mean two of those named here.
    """
    names = list(compartments)
    unclear = ambiguous(principal.departments, names)
    if unclear:
        principal = replace(principal, departments=principal.departments - unclear.keys())
    allowed = set()
    for name in names:
        try:
            label = compartment_label(name)
        except DisclosureError:
            continue
        if may_read(principal, label, now):
            allowed.add(name)
    return frozenset(allowed)


def ambiguous(departments: Iterable[str], compartments: Iterable[str]) -> dict[str, list[str]]:
    """Of `departments` those that may mean several departments named in `compartments`, and which.

    >>> ambiguous(["総務課", "区民部税務課"], ["dept:福祉部総務課", "dept:区民部総務課", "public"])
    {'総務課': ['区民部総務課', '福祉部総務課']}
    """
    atoms = {atom for name in compartments for atom in re.split(r"[&|]", name)}
    full = sorted(atom.removeprefix("dept:") for atom in atoms if atom.startswith("dept:"))
    found = {}
    for short in departments:
        longer = [name for name in full if len(name) > len(short) and same_department(short, name)]
        if len(longer) > 1:
            found[short] = longer
    return found


def strictest(labels: Iterable[Label]) -> Label:
    """One label that lets in just those whom every one of `labels` lets in.

    Raises:
        DisclosureError: there is no label to combine.
    """
    given = list(labels)
    if not given:
        raise DisclosureError("no label to combine")
    if len(given) == 1:
        return given[0]
    narrow = [label for label in given if label.status is not Status.OPEN or label.audience]
    if not narrow:
        return _merge(given, Status.OPEN, frozenset())
    order = (Status.PARTIAL, Status.UNDETERMINED, Status.CLOSED)
    status = max((label.status for label in narrow), key=lambda s: order.index(s) if s in order else -1)
    return _merge(given, status, frozenset().union(*(label.clauses for label in narrow)))


def _merge(labels: list[Label], status: Status, audience: frozenset[Clause]) -> Label:
    effective = [label.effective_from for label in labels if label.effective_from]
    review = [label.review_on for label in labels if label.review_on]
    named = next((label for label in reversed(labels) if label.reason or label.decided_by), labels[-1])
    return Label(
        status=status,
        audience=audience,
        owner=next((label.owner for label in labels if label.owner), ""),
        grounds=frozenset().union(*(label.grounds for label in labels)),
        reason=named.reason,
        hidden=any(label.hidden for label in labels),
        effective_from=max(effective, default=None),
        review_on=min(review, default=None),
        decided_by=named.decided_by,
        decided_on=named.decided_on,
        basis=named.basis,
    )


def audience_of(compartments: Iterable[str]) -> str:
    """The narrowest audience among compartments, as the badge of an answer shows it.

    Returns:
        ``public`` (公開可), ``staff`` (庁内限り), else the narrow compartments joined by ``&`` (所属限り).
    """
    narrow = sorted(set(compartments) - {"public"})
    if not narrow:
        return "public"
    narrower = [name for name in narrow if name != "staff"]
    return "&".join(narrower) if narrower else "staff"
