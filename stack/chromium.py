"""How Debian's Chromium is started for tests and pictures: quiet, without a network of its own, with Chinese glyphs."""

import functools
import importlib.util
import os
import shutil
import subprocess
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


@functools.cache
def program() -> str | None:
    """Where it lies; None where it is missing, or its driver cannot run (a minimal Debian lacks libatomic1)."""
    driver = importlib.util.find_spec("playwright")
    if not driver or not driver.submodule_search_locations:
        return None
    node = Path(next(iter(driver.submodule_search_locations))) / "driver" / "node"
    works = subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0
    return shutil.which("chromium") if works else None


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
