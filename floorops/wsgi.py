"""The door for a WSGI server: ``gunicorn floorops.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floorops.settings.dev")
application = get_wsgi_application()
