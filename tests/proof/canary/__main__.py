"""``python -m tests.proof.canary``: the supervisor of ``./run``, whose Django processes run with our settings."""

import sys

from coaching_site.services import supervisor
from coaching_site.services.family import Family


class TalkativeFamily(Family):
    def spawn(self, name, command, *, env=None, **how):
        if env and "DJANGO_SETTINGS_MODULE" in env:
            env = {**env, "DJANGO_SETTINGS_MODULE": "tests.proof.canary.settings"}
        return super().spawn(name, command, env=env, **how)


if __name__ == "__main__":
    supervisor.Family = TalkativeFamily
    sys.exit(supervisor.main())
