"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from coaching_site.checks import refuse_known_secret

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching_site.settings")

application = get_wsgi_application()
refuse_known_secret()
