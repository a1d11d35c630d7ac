"""How Debian's Chromium is started for tests and pictures: quiet, without a network of its own, with Chinese glyphs."""

import importlib.util
import os
import shutil
from pathlib import Path

VIEWPORTS = {
    "tablet": {"width": 1024, "height": 768},
    "upright": {"width": 768, "height": 1024},
    "phone": {"width": 390, "height": 844},
    "wide": {"width": 1920, "height": 1080},
}
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def program() -> str | None:
    """Where it lies; None where it or its driver is missing."""
    return shutil.which("chromium") if importlib.util.find_spec("playwright") else None


def launch(playwright, scratch: Path):
    """A running browser. A host without a Chinese font would show boxes, so it is shown ours, kept in ``scratch``."""
    from pylopdf_fonts_zh_cn import sans_path

    font = Path(sans_path())
    kept = scratch / "share" / "fonts" / font.name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f"{font.name}.{os.getpid()}")
        shutil.copy(font, fresh)
        fresh.replace(kept)
    env = dict(os.environ, XDG_DATA_HOME=str(kept.parent.parent))
    return playwright.chromium.launch(executable_path=program(), args=FLAGS, env=env)
