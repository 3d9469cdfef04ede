"""Who asks: once, at the edge, a request becomes a `Principal`; inner functions never see the request.

Without identity a request is `PUBLIC`. An identity that is given and not accepted is refused, never
quietly taken for the public.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from api.directory import Caller, Directory, DirectoryFile, Grant, read_directory
from api.errors import CrossSiteError, IdentityError
from api.keys import KeyFile
from api.login import Login
from corpus.disclosure import PUBLIC

__all__ = [
    "Caller",
    "Directory",
    "DirectoryFile",
    "Gate",
    "Grant",
    "is_loopback",
    "read_directory",
    "refuse_cross_site",
]

USER_HEADER = "x-toben-user"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


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
