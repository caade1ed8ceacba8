"""The embedded services of ``./run`` and of the tests: PostgreSQL, Valkey, a mail catcher, and who watches over them.

Nothing here imports Django. ``launch.py``, ``reaper.py``, ``mail_catcher.py`` and ``install.py`` run by path, alone.
"""


class Refusal(Exception):
    """Colloquy cannot start or go on; the message is the one sentence that the person at the terminal reads."""
