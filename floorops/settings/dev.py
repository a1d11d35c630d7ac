"""The app on its own machine, as ``make up`` runs it: own services, own secret kept under ``var/``."""

import secrets

from floorops.settings.base import *  # noqa: F403
from floorops.settings.base import VAR_DIR
from floorops.settings.env import env


def _own_secret() -> str:
    """A secret of this installation, made once; sessions survive a restart."""
    kept = VAR_DIR / "secret_key"
    try:
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50))
        return kept.read_text()
    except OSError:
        return secrets.token_urlsafe(50)


SECRET_KEY = env.str("SECRET_KEY", default="") or _own_secret()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
