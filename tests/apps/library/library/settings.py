"""What differs between deploys comes from the environment."""

import os

SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["LIBRARY_DATABASE"]}}
INSTALLED_APPS = ["books"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
