"""``.env.example`` explains every variable that anything of ours reads, and no other."""

import itertools
import re

from tests.stack.plants import ROOT

SETTINGS = re.compile(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']|service_url\(\s*["']([A-Z_]+)["']""")
STACK = re.compile(r"""environ\.get\(\s*["']([A-Z_]+)["']|environ\[["']([A-Z_]+)["']\]|["']([A-Z_]+)["'] (?:not )?in os\.environ""")
COMPOSE = re.compile(r"\$\{([A-Z_]+)")
OWN_NAME = re.compile(r"""["'](FLOOROPS_[A-Z_]+)["']""")
# Passed by ourselves from one process to the next, or everybody's own.
INTERNAL = {"FLOOROPS_MARK", "FLOOROPS_BEGAN", "FLOOROPS_REEXEC", "FLOOROPS_TEST_TEMPLATE", "PATH", "NO_COLOR", "DJANGO_SETTINGS_MODULE"}


def read_by_us() -> set[str]:
    found = set()
    for path in (ROOT / "floorops" / "settings").glob("*.py"):
        found |= {name for names in SETTINGS.findall(path.read_text()) for name in names if name}
    for path in (ROOT / "stack").glob("*.py"):
        found |= {name for names in STACK.findall(path.read_text()) for name in names if name}
    for path in (ROOT / "floorops").rglob("*.py"):
        found |= set(OWN_NAME.findall(path.read_text()))
    found |= set(COMPOSE.findall((ROOT / "compose.yaml").read_text()))
    return found - INTERNAL


def test_every_variable_is_explained():
    lines = (ROOT / ".env.example").read_text().splitlines()
    explained = {found[1] for line in lines if (found := re.match(r"#?([A-Z_]+)=", line))}
    assert explained == read_by_us()


def test_every_explanation_stands_above_its_variable():
    lines = (ROOT / ".env.example").read_text().splitlines()
    for before, line in itertools.pairwise(lines):
        if re.match(r"#?[A-Z_]+=", line):
            assert before.startswith("#"), f"{line} has no explanation above it"
