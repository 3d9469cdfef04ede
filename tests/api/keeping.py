"""A history for the tests of the doors, over a catalogue that is made once."""

from __future__ import annotations

from functools import cache
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
    """An empty history whose answers are shown again by `engine`."""
    with catalogue().write() as connection:
        connection.execute(sa.delete(t.conversations))
    conversations = Conversations(catalogue())
    return History(conversations, engine.again, catalogue().identify, days=DAYS, now=lambda: NOON)
