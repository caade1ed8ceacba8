"""What the tests of the embedded services share."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def folder():
    """A folder of a test's own with a short path."""
    with tempfile.TemporaryDirectory(prefix="cq-", dir="/tmp") as name:
        yield Path(name)
