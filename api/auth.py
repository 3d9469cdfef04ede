"""Who asks: once, at the edge, a request becomes a `Principal`; inner functions never see the request.

Without identity a request is `PUBLIC`. An identity that is given and not accepted is refused, never
quietly taken for the public. The principals file is YAML::

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

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from api.errors import CrossSiteError, IdentityError
from api.keys import KeyFile
from api.login import Login
from corpus.disclosure import PUBLIC, Principal, same_department
from corpus.errors import ConfigurationError

log = structlog.stdlib.get_logger("toben.auth")

USER_HEADER = "x-toben-user"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


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
        parsed = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
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


@dataclass(frozen=True, slots=True)
class Gate:
    """What identities are looked at with.

    Attributes:
        directory: who exists.
        today: the day keys are looked at.
        user_header: whether `X-Toben-User` is accepted at all.
        keys: the API keys, where there are any.
        login: the OpenID login, where there is one.
    """

    directory: Directory
    today: date
    user_header: bool = False
    keys: KeyFile | None = None
    login: Login | None = None

    async def identify(self, connection: HTTPConnection) -> Caller:
        """Who a request comes from; only its headers and the address of its peer are looked at.

        Raises:
            IdentityError: an identity is given and is not accepted, or two are given.
            CrossSiteError: another site made a browser send the request with its session.
        """
        named = connection.headers.getlist(USER_HEADER)
        tokens = connection.headers.getlist("authorization")
        session = self.login.session(connection) if self.login else None
        if len(named) + len(tokens) + (session is not None) > 1:
            raise IdentityError("one identity at a time")
        if named:
            return self._by_name(connection, named[0])
        if tokens:
            return await self._by_token(tokens[0])
        if session is not None:
            refuse_cross_site(connection)
            return self.directory.of_claims(session.user_id, session.name, session.groups)
        return Caller(PUBLIC)

    def _by_name(self, connection: HTTPConnection, user_id: str) -> Caller:
        if not self.user_header or not is_loopback(connection):
            raise IdentityError("the user header is not accepted here")
        return self.directory.find(user_id)

    async def _by_token(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise IdentityError("no bearer token")
        if token == PUBLIC.id:
            return Caller(PUBLIC)  # OpenAI's clients cannot ask without a key; this one says "as nobody"
        if self.login is not None and token.count(".") == 2:
            person = await self.login.bearer(token)
            return self.directory.of_claims(person.user_id, person.name, person.groups)
        if self.keys is None:
            raise IdentityError("there are no keys")
        key = self.keys.check(token.strip(), self.today)
        return replace(self.directory.find(key.principal_id), scopes=key.scopes)


def refuse_cross_site(connection: HTTPConnection) -> None:
    """Refuse what another site made a browser send; reading by GET is protected by the browser itself.

    Raises:
        CrossSiteError: the request changes something or asks, and does not come from the page.
    """
    if connection.scope.get("method") in ("GET", "HEAD", "OPTIONS"):
        return
    fetched = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin", "")
    host = connection.headers.get("host", "")
    if fetched != "same-origin" and not (fetched is None and host and origin.partition("://")[2] == host):
        raise CrossSiteError("not from the page")


def is_loopback(connection: HTTPConnection) -> bool:
    """Whether a request was made on this very machine, to this very machine, by no proxy in between.

    A proxy on this host makes everybody's peer address a loopback one, so a forwarding header is a no.
    The host name guards against DNS rebinding from a page in a browser on this machine.
    """
    headers = connection.headers
    if connection.client is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        local = ipaddress.ip_address(connection.client.host).is_loopback
    except ValueError:
        return False
    return local and _host_name(headers) in _LOCAL_NAMES


def _host_name(headers: Headers) -> str:
    """The Host header without its port.

    >>> _host_name(Headers({"host": "[::1]:8000"}))
    '[::1]'
    """
    host = headers.get("host", "").lower()
    return host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host


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
