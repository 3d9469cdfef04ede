"""The people and programs that may ask: the principals file, and what groups of an OpenID provider mean.

The file is YAML::


    departments: [総務部総務課, 市民部総務課]      # optional: the full names that exist
    principals:
      - id: sato
        name: 佐藤 花子
        departments:                              # or just [総務部総務課]
          - {name: 福祉部高齢課, until: 2025-03-31}   # 異動: from the first minute of the next day
          - {name: 総務部総務課, from: 2025-04-01}
        groups: [予算編成]
        valid_from: 2025-04-01
        valid_until: 2026-03-31
        training_completed_on: 2025-04-10
        staff: true                               # default
        operator: false                           # sees metrics and stage times; gives no content
    claims:                                       # what groups of an OpenID provider mean
      grp-0412: {departments: [総務部総務課], groups: [予算編成]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import IdentityError
from corpus import yamls
from corpus.disclosure import PUBLIC, Principal, same_department
from corpus.errors import ConfigurationError

log = structlog.stdlib.get_logger("toben.directory")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from.

    `operator` opens figures about the service, never content. `scopes` is what an API key may be used
    for; None for people, who are not limited by a key.
    """

    principal: Principal
    operator: bool = False
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a group of the OpenID provider means here."""

    departments: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Directory:
    """The people and programs that may ask, by id, and what the groups of an OpenID provider mean."""

    callers: Mapping[str, Caller] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)

    def find(self, user_id: str) -> Caller:
        """The caller with that id.

        Raises:
            IdentityError: nobody has it.
        """
        caller = self.callers.get(user_id)
        if caller is None:
            raise IdentityError("no such principal")
        return caller

    def of_claims(self, user_id: str, name: str, claimed: Iterable[str]) -> Caller:
        """The caller whom an OpenID provider vouches for.

        Somebody who is in the file is taken from the file alone, with the dates written there. Anybody else
        has what the groups mean; without one that is known here, a person reads what the public reads.
        """
        if user_id in self.callers:
            return self.callers[user_id]
        granted = [self.grants[group] for group in claimed if group in self.grants]
        principal = Principal(
            id=user_id,
            name=name,
            departments=frozenset().union(*(grant.departments for grant in granted)),
            groups=frozenset().union(*(grant.groups for grant in granted)),
            staff=bool(granted),
        )
        return Caller(principal)


class _Grant(BaseModel):
    """What a group means, as written in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    departments: list[str] = []
    groups: list[str] = []


class _Membership(BaseModel):
    """A department or group to which somebody belongs for a time; both days are included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    def in_force(self, today: date) -> bool:
        """Whether it holds on that day."""
        return (self.from_ is None or self.from_ <= today) and (self.until is None or today <= self.until)


Memberships = list[str | _Membership]


class _Entry(BaseModel):
    """A principal as written in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")
    name: str = ""
    departments: Memberships = []
    groups: Memberships = []
    valid_from: date | None = None
    valid_until: date | None = None
    training_completed_on: date | None = None
    staff: bool = True
    operator: bool = False

    def caller(self, today: date) -> Caller:
        """The principal with the departments and groups of that day."""
        principal = Principal(
            id=self.id,
            name=self.name,
            departments=_on(today, self.departments),
            groups=_on(today, self.groups),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            training_completed_on=self.training_completed_on,
            staff=self.staff,
        )
        return Caller(principal, self.operator)


class _File(BaseModel):
    """The principals file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    departments: list[str] = []
    principals: list[_Entry]
    claims: dict[str, _Grant] = {}


def _on(today: date, memberships: Memberships) -> frozenset[str]:
    """The names of the memberships that hold on that day."""
    return frozenset(
        each if isinstance(each, str) else each.name
        for each in memberships
        if isinstance(each, str) or each.in_force(today)
    )


def read_directory(path: Path, today: date | None = None) -> Directory:
    """The principals of a YAML file, as they are on a day (this one when not given).

    Raises:
        ConfigurationError: the file cannot be read, an id stands twice or is ``public``, or the name of a
            department fits two departments.
    """
    return _directory(_parsed(path), today or date.today())


def _parsed(path: Path) -> _File:
    try:
        parsed = _File.model_validate(yamls.load(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise ConfigurationError(f"the principals file {path} cannot be read as YAML") from exc
    except ValidationError as exc:
        places = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in exc.errors()}))
        raise ConfigurationError(f"the principals file {path} is wrong at: {places}") from exc
    _refuse_twins([PUBLIC.id, *(entry.id for entry in parsed.principals)], path)
    holders: list[_Entry | _Grant] = [*parsed.principals, *parsed.claims.values()]
    memberships = [each for holder in holders for each in holder.departments]
    named = [each if isinstance(each, str) else each.name for each in memberships]
    _refuse_ambiguous({*parsed.departments, *named}, path)
    return parsed


def _directory(parsed: _File, today: date) -> Directory:
    grants = {
        claim: Grant(frozenset(grant.departments), frozenset(grant.groups))
        for claim, grant in parsed.claims.items()
    }
    return Directory({entry.id: entry.caller(today) for entry in parsed.principals}, grants)


def _refuse_twins(ids: list[str], path: Path) -> None:
    twins = sorted({name for name in ids if ids.count(name) > 1})
    if twins:
        raise ConfigurationError(f"ids in {path} must be unique and not {PUBLIC.id!r}: {', '.join(twins)}")


def _refuse_ambiguous(departments: set[str], path: Path) -> None:
    """Refuse 「総務課」 where 「総務部総務課」 and 「市民部総務課」 both exist: it would open both."""
    for short in sorted(departments):
        longer = sorted(
            full for full in departments if len(full) > len(short) and same_department(short, full)
        )
        if len(longer) > 1:
            raise ConfigurationError(
                f"{short} in {path} may be any of {', '.join(longer)}: write the full name"
            )


class DirectoryFile:
    """The principals of a file that is read again when it changes, as they are on the day of each call.

    A change that cannot be read applies nothing: the last good state stays until the file is mended. What it
    says about days to come holds all the same.
    """

    def __init__(self, path: Path, today: Callable[[], date] = date.today) -> None:
        """Read the file once.

        Raises:
            ConfigurationError: it is wrong.
        """
        self._path = path
        self._today = today
        self._seen = self._state()
        self._parsed = _parsed(path)
        self._made: tuple[date, Directory] | None = None

    def __call__(self) -> Directory:
        """Who may ask now."""
        state, today = self._state(), self._today()
        if state != self._seen:
            self._seen = state
            try:
                self._parsed, self._made = _parsed(self._path), None
            except ConfigurationError:
                log.error("principals_file_refused", path=str(self._path))
        made = self._made
        if made is None or made[0] != today:
            made = self._made = (today, _directory(self._parsed, today))
        return made[1]

    def _state(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
