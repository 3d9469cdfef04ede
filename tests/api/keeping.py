"""A history for the tests of the doors, over a catalogue that is made once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from api.history import History
from corpus import tables as t
from corpus.catalogue import Catalogue
from corpus.conversations import Conversations
from tests.api.fake import NOON, FakeEngine

_FOLDER = TemporaryDirectory(prefix="toben-history-")
DAYS = 90


@cache
def catalogue() -> Catalogue:
    """The catalogue under the histories of all tests of this process."""
    return Catalogue.open(f"sqlite:///{Path(_FOLDER.name) / 'catalogue.db'}")


def history(engine: FakeEngine) -> History:
    """An empty history whose answers are shown again by `engine`; its clock goes on by a second a look."""
    with catalogue().write() as connection:
        connection.execute(sa.delete(t.conversations))
    conversations = Conversations(catalogue())
    seconds = count()

    def now() -> datetime:
        return NOON + timedelta(seconds=next(seconds))

    return History(conversations, engine.again, catalogue().identify, days=DAYS, now=now)
