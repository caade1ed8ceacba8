"""The ASGI entry point."""

import os

from django.core.asgi import get_asgi_application

from coaching_site.checks import refuse_known_secret

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching_site.settings")

application = get_asgi_application()
refuse_known_secret()
