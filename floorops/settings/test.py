"""For the test suite: its own throw-away services, cheap password hashes, no manifest of static files."""

from floorops.settings.base import *  # noqa: F403

SECRET_KEY = "only for tests, never outside them"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
MEDIA_ROOT = str(VAR_DIR / "test-media")  # noqa: F405
CELERY_TASK_ALWAYS_EAGER = False
