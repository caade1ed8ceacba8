"""Work that only the schema's owner may do: migrations, flushes, test databases."""

from contextlib import contextmanager
from urllib.parse import unquote

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection


@contextmanager
def as_owner_login():
    """Swap this process's database login for the owner's, then back. Not for processes that serve people."""
    if not settings.COLLOQUY_OWNER_DATABASE_URL:
        raise ImproperlyConfigured(
            "This needs the owner's login: set COLLOQUY_OWNER_DATABASE_URL, or COLLOQUY_LOGIN=owner beside ./run."
        )
    owner = environ.Env.db_url_config(settings.COLLOQUY_OWNER_DATABASE_URL)
    before = connection.settings_dict
    options = {key: value for key, value in before["OPTIONS"].items() if key != "pool"}
    connection.close()
    connection.settings_dict = {
        **before,
        "USER": owner["USER"],
        "PASSWORD": owner["PASSWORD"],
        "HOST": unquote(owner["HOST"]),
        "PORT": owner["PORT"],
        "OPTIONS": options,
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before
