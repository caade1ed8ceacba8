"""The site as it is deployed, told to say everything that it can say, and to fail where a request asks for it."""

from coaching_site.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.proof.canary.apps.CanaryConfig"]  # noqa: F405
MIDDLEWARE = [  # noqa: F405
    "tests.proof.canary.trouble.Listen",
    *MIDDLEWARE,  # noqa: F405
    "tests.proof.canary.trouble.FailInTheMiddle",
    "tests.proof.canary.leaks.Leak",
]
# An operator who wants error reports by mail: none may come.
ADMINS = MANAGERS = [("Operator", "operator@example.com")]
