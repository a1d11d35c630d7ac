"""The one reader of the environment; ``.env.example`` explains every variable.

A variable set in the environment wins over the file ``.env`` in the project's root. Without ``DATABASE_URL`` and ``REDIS_URL`` the
app's own services are used: ``stack/services.py`` starts them and writes their addresses to ``var/services.json``. Tests do not read the
file: a suite must not find the plant's servers in it.
"""

import json
import os
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
if os.environ.get("DJANGO_SETTINGS_MODULE") != "floorops.settings.test":
    environ.Env.read_env(str(ROOT / ".env"))

VAR = Path(env.str("FLOOROPS_VAR", default=str(ROOT / "var")))


def own_service(name: str) -> str:
    """The address of a service that the app runs itself, ``""`` while it has not been started."""
    state = VAR / "services.json"
    if not state.exists():
        return ""
    return str(json.loads(state.read_text()).get(name, ""))


def service_url(variable: str, name: str, nowhere: str) -> str:
    return env.str(variable, default="") or own_service(name) or nowhere
