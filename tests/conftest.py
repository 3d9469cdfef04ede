"""What every test shares: no network, no timed Hypothesis examples, the shared data where it is present."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time: whoever runs the tests learns of his own change, not of a rare example. "thorough"
# looks for new ones, and is for whoever goes looking.
settings.register_profile(
    "default",
    deadline=None,
    max_examples=50,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_LONGEST = ("test_two_worlds.py", "test_leaktest.py", "test_page.py", "test_faults.py")

_LOCAL = ("127.", "::1", "localhost")
_connect = socket.socket.connect


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the files that take minutes first, so that no process works alone at the end."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def _local_only(self: socket.socket, address: Any) -> None:
    """Connect within this machine; nothing of the product may need more."""
    if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOCAL):
        raise AssertionError(f"a test tried to reach {address!r}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _local_only)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real minutes and questions; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("TOBEN_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the shared data are not in {folder} (set TOBEN_SHARED)")
    return folder
