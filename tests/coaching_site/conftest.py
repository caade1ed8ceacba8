"""What tests of the whole site share."""

from importlib import import_module

import pytest


@pytest.fixture(scope="session", autouse=True)
def addresses():
    """The site's addresses read the setting of embedded mode once: before a test turns it on."""
    import_module("coaching_site.urls")
