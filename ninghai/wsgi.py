"""The portal as a WSGI application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from ninghai.web.request_bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninghai.settings")

application = WholeBodies(get_wsgi_application())
