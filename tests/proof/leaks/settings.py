"""The site as it is deployed, with a pool that two people must share, and a probe in front of every page."""

import os

from coaching_site.settings import *  # noqa: F403
from tests.proof.leaks import sabotage

ROOT_URLCONF = "tests.proof.leaks.urls"
MIDDLEWARE = [
    "tests.proof.leaks.probe.ContextProbe",
    *([sabotage.MIDDLEWARE[os.environ["SABOTAGE"]]] if os.environ["SABOTAGE"] else []),
    *MIDDLEWARE,  # noqa: F405
]
DATABASES["default"]["OPTIONS"]["pool"] |= {"max_size": 3}  # noqa: F405
