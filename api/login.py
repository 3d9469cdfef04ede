"""OpenID Connect: authorization code with PKCE for the page, bearer tokens for programs.

The session is a signed cookie, so several processes serve it without a store: who the person is, and which
groups the provider listed at login. What those groups mean is looked up at every request. A provider that is
down means that nobody can log in; nobody becomes staff for it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import HTTPConnection

from api.errors import IdentityError, ProviderError
from api.settings import OidcSettings

SESSION_COOKIE = "toben_session"
ATTEMPT_COOKIE = "toben_login"
ATTEMPT_S = 600
CALLBACK = "/login/callback"
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures with a public key only: a token signed with our own secret, or not at all, is none."""
_KEPT_S = 3600.0
_AGAIN_S = 60.0
_TIMEOUT_S = 5.0
_LEEWAY_S = 60
_MANY_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for. `groups` are the provider's names."""

    user_id: str
    name: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login under way: where to send the browser, and what must come back with it."""

    address: str
    cookie: str


class Login:
    """Logs people in at one provider."""

    def __init__(self, settings: OidcSettings, public_url: str) -> None:
        """`public_url` is the address of this service as browsers see it; empty: as the request says."""
        secret = settings.session_secret.get_secret_value() if settings.session_secret else ""
        self._settings = settings
        self._public_url = public_url.rstrip("/")
        self._sessions = URLSafeTimedSerializer(secret, salt="toben.session")
        self._attempts = URLSafeTimedSerializer(secret, salt="toben.login")
        self._provider = _Provider(settings.issuer)

    @property
    def lasts(self) -> timedelta:
        """How long a session lasts."""
        return timedelta(hours=self._settings.session_hours)

    def secure(self, connection: HTTPConnection) -> bool:
        """Whether the browser comes over https, so that cookies may demand it."""
        return (self._public_url or str(connection.base_url)).startswith("https:")

    async def begin(self, connection: HTTPConnection) -> Attempt:
        """A new attempt.

        Raises:
            ProviderError: the provider cannot be reached.
        """
        metadata = await self._provider.metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        client = self._client(connection)
        address, _ = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Attempt(address, str(self._attempts.dumps([state, nonce, verifier])))

    async def finish(self, connection: HTTPConnection, code: str, state: str) -> str:
        """The value of the session cookie for a browser that came back with a code.

        Raises:
            IdentityError: the attempt is not this browser's, is too old, or the provider does not vouch.
            ProviderError: the provider cannot be reached.
        """
        try:
            cookie = connection.cookies.get(ATTEMPT_COOKIE, "")
            expected, nonce, verifier = self._attempts.loads(cookie, max_age=ATTEMPT_S)
        except (BadSignature, ValueError) as exc:
            raise IdentityError("no login under way") from exc
        if not secrets.compare_digest(expected.encode(), state.encode("utf-8", "replace")):
            raise IdentityError("another login was under way")
        metadata = await self._provider.metadata()
        try:
            async with self._client(connection) as client:
                tokens = await client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier
                )
        except httpx.HTTPError as exc:
            raise ProviderError("the provider does not answer") from exc
        except Exception as exc:
            raise IdentityError("the provider does not accept the code") from exc
        claims = await self._claims(str(tokens.get("id_token", "")), self._settings.client_id)
        if claims.get("nonce") != nonce:
            raise IdentityError("the token belongs to another login")
        person = self._person(claims)
        return str(self._sessions.dumps([person.user_id, person.name, person.groups]))

    def session(self, connection: HTTPConnection) -> Person | None:
        """Who is logged in; None without a session, or with one that is over or not ours."""
        cookie = connection.cookies.get(SESSION_COOKIE)
        if not cookie:
            return None
        try:
            user_id, name, groups = self._sessions.loads(cookie, max_age=int(self.lasts.total_seconds()))
        except (BadSignature, ValueError):
            return None
        return Person(user_id, name, tuple(groups))

    async def bearer(self, token: str) -> Person:
        """Who a token sent to the API stands for.

        Raises:
            IdentityError: it is not the provider's, is over, or is meant for somebody else.
            ProviderError: the keys of the provider cannot be had.
        """
        audience = self._settings.audience or self._settings.client_id
        return self._person(await self._claims(token, audience))

    async def _claims(self, token: str, audience: str) -> Mapping[str, Any]:
        wanted = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        for fresh in (False, True):
            keys = await self._provider.keys(fresh=fresh)
            try:
                claims: dict[str, Any] = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
                wanted.validate(claims)
            except (JoseError, ValueError) as exc:
                # a signature by an unknown key may be by one that the provider has only just made
                if fresh or not self._provider.may_ask_again():
                    raise IdentityError("the token is not good") from exc
            else:
                return claims
        raise IdentityError("the token is not good")

    def _person(self, claims: Mapping[str, Any]) -> Person:
        user_id = claims.get(self._settings.user_claim)
        if not isinstance(user_id, str) or not user_id:
            raise IdentityError("the token names nobody")
        groups = claims.get(self._settings.groups_claim, [])
        # a provider with too many groups sends none or a part: then there is no department, not a guess
        listed = groups if isinstance(groups, list) and len(groups) <= _MANY_GROUPS else []
        return Person(user_id, str(claims.get("name", "")), tuple(g for g in listed if isinstance(g, str)))

    def _client(self, connection: HTTPConnection) -> AsyncOAuth2Client:
        root = self._public_url or str(connection.base_url).rstrip("/")
        secret = self._settings.client_secret
        return AsyncOAuth2Client(
            client_id=self._settings.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=self._settings.scope,
            redirect_uri=f"{root}{CALLBACK}",
            timeout=_TIMEOUT_S,
            trust_env=False,
        )


class _Provider:
    """What the provider publishes about itself, kept for an hour."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = -_KEPT_S
        self._asked_at = -_AGAIN_S

    def may_ask_again(self) -> bool:
        """Whether keys may be fetched anew already; guards the provider from floods of wrong tokens."""
        return time.monotonic() - self._asked_at >= _AGAIN_S

    async def metadata(self) -> Mapping[str, Any]:
        """The discovery document.

        Raises:
            ProviderError: it cannot be had, or is of another issuer.
        """
        if not self._metadata or time.monotonic() - self._read_at > _KEPT_S:
            found = await self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self._issuer or not all(isinstance(found.get(n), str) for n in needed):
                raise ProviderError("the provider describes another issuer")
            self._metadata, self._read_at = found, time.monotonic()
        return self._metadata

    async def keys(self, *, fresh: bool) -> KeySet:
        """The keys that the provider signs with.

        Raises:
            ProviderError: they cannot be had.
        """
        if self._keys is None or fresh:
            metadata = await self.metadata()
            self._asked_at = time.monotonic()
            try:
                self._keys = KeySet.import_key_set(await self._get(metadata["jwks_uri"]))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError) as exc:
                raise ProviderError("the keys of the provider are not keys") from exc
        return self._keys

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
                found = (await client.get(address)).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as exc:
            raise ProviderError("the provider does not answer") from exc
        if not isinstance(found, dict):
            raise ProviderError("the provider answers nonsense")
        return found
