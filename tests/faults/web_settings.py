"""The portal's settings for a web server in a test: as in production, but for static files that nobody has collected."""

from ninghai.settings import *  # noqa: F403
from ninghai.settings import STORAGES

DEBUG = False
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
