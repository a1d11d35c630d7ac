"""Commands speak English unless the shell is Chinese."""

import os
from contextlib import AbstractContextManager

from django.utils import translation


def shell_language() -> AbstractContextManager[None]:
    """Messages in Chinese where ``LANG`` is (``LC_ALL`` or ``LC_MESSAGES`` where it is not set), else in English."""
    spoken = os.environ.get("LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or ""
    return translation.override("zh-hans" if spoken.lower().startswith("zh") else "en")
