"""Commands speak English unless the shell is Chinese."""

import os
from contextlib import AbstractContextManager

from django.utils import translation


def shell_language() -> AbstractContextManager[None]:
    """Messages in Chinese where ``LANG`` (or what overrides it, ``LC_ALL``, ``LC_MESSAGES``) is, else in English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return translation.override("zh-hans" if spoken.lower().startswith("zh") else "en")
