"""The time of the office. Rights end and begin at its midnight, wherever the machine thinks it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from corpus.errors import ConfigurationError

_BACK = timedelta(seconds=60)
"""How far a clock may be set back by ordinary correction."""


class OfficeClock:
    """Local time of the office that does not run back: a clock set back must not revive a right that has ended.

    `known` is the latest time that is on record from before (the last entry of the audit log), in UTC.
    """

    def __init__(
        self,
        zone: str,
        *,
        known: datetime | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """The time in the zone of that name.

        Raises:
            ConfigurationError: there is no such zone.
        """
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ConfigurationError(f"timezone {zone!r} does not exist; write it like Asia/Tokyo") from exc
        self._wall = wall
        self._latest = known or wall()
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Now, without zone, as dates of rights are written."""
        with self._lock:
            now = self._wall()
            if self._latest - now <= _BACK:
                self._latest = max(now, self._latest)
                return self._local(now)
            return self._local(self._latest)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None)
