"""API keys: random tokens of which only a digest is kept, each for one principal, some scopes and a time.

A token reads ``toben_<id>_<secret>``. The secret has 256 random bits, so a plain SHA-256 is enough to keep.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

from api.errors import IdentityError
from corpus.errors import ConfigurationError

SCOPES = frozenset({"ask", "read", "feedback", "write", "metrics"})
_MARK = "toben"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. `expires_on` is the last day it works."""

    id: str
    principal_id: str
    scopes: frozenset[str]
    digest: str
    created_on: date
    expires_on: date
    note: str = ""
    revoked: bool = False

    def usable(self, today: date) -> bool:
        """Whether it works on that day."""
        return not self.revoked and self.created_on <= today <= self.expires_on


class KeyFile:
    """The keys in a JSON file that only the service may read; read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: Mapping[str, Key] = {}

    def create(
        self, principal_id: str, *, scopes: Collection[str], today: date, expires_on: date, note: str = ""
    ) -> tuple[Key, str]:
        """A new key and its token, which cannot be had again.

        Raises:
            ConfigurationError: a scope does not exist, there is none, or the last day is over.
        """
        unknown = sorted(set(scopes) - SCOPES)
        if unknown or not scopes:
            raise ConfigurationError(
                f"scopes are some of {', '.join(sorted(SCOPES))}; got {', '.join(unknown)}"
            )
        if expires_on < today:
            raise ConfigurationError(f"{expires_on} is over")
        secret = secrets.token_urlsafe(32)
        key = Key(
            secrets.token_hex(6), principal_id, frozenset(scopes), _digest(secret), today, expires_on, note
        )
        with FileLock(f"{self._path}.lock"):
            self._write({**self.all(), key.id: key})
        return key, f"{_MARK}_{key.id}_{secret}"

    def revoke(self, key_id: str) -> None:
        """End a key; from the next request on it does not work.

        Raises:
            ConfigurationError: there is no such key.
        """
        with FileLock(f"{self._path}.lock"):
            keys = self.all()
            if key_id not in keys:
                raise ConfigurationError(f"there is no key {key_id}")
            self._write({**keys, key_id: replace(keys[key_id], revoked=True)})

    def check(self, token: str, today: date) -> Key:
        """The key of a token.

        Raises:
            IdentityError: the token is malformed, unknown, revoked or out of date.
        """
        mark, _, rest = token.partition("_")
        key_id, _, secret = rest.partition("_")
        key = self.all().get(key_id)
        expected = key.digest if key else _digest("")
        known = hmac.compare_digest(expected, _digest(secret)) and mark == _MARK
        if key is None or not known or not key.usable(today):
            raise IdentityError("the key does not work")
        return key

    def all(self) -> dict[str, Key]:
        """Every key by id, revoked ones included.

        Raises:
            ConfigurationError: the file is damaged.
        """
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return {}
        state = (found.st_mtime_ns, found.st_size, found.st_ino)
        if state != self._seen:
            self._keys = _parse(self._path)
            self._seen = state
        return dict(self._keys)

    def _write(self, keys: Mapping[str, Key]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(".new")
        text = json.dumps([_plain(key) for key in keys.values()], ensure_ascii=False, indent=1)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)
        self._seen = None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(key: Key) -> dict[str, Any]:
    dates = {"created_on": key.created_on.isoformat(), "expires_on": key.expires_on.isoformat()}
    return {**asdict(key), **dates, "scopes": sorted(key.scopes)}


def _parse(path: Path) -> dict[str, Key]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        keys = [
            Key(
                **{
                    **entry,
                    "scopes": frozenset(entry["scopes"]),
                    "created_on": date.fromisoformat(entry["created_on"]),
                    "expires_on": date.fromisoformat(entry["expires_on"]),
                }
            )
            for entry in entries
        ]
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise ConfigurationError(f"the file of keys {path} is damaged") from exc
    return {key.id: key for key in keys}
