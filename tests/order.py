"""The long files first: a worker that took one up last would keep everybody waiting. Files stay whole, for what they share is made once."""

import pytest

# In turns what keeps a core busy and what mostly waits for processes to start and stop.
LONGEST_FIRST = (
    "tests/test_accessibility.py",
    "tests/stack/test_make_up.py",
    "tests/access/test_pages.py",
    "tests/stack/test_given_servers.py",
    "tests/stack/test_backups.py",
)


def _turn(name: str, is_in_browser: bool, tests: int) -> tuple[int, int]:
    """Those listed, then those with a browser, then the others; many tests before few."""
    if name in LONGEST_FIRST:
        return 0, LONGEST_FIRST.index(name)
    return 1 if is_in_browser else 2, -tests


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    in_browser = {name for name, inside in files.items() if any(item.get_closest_marker("browser") for item in inside)}
    items[:] = [item for name in sorted(files, key=lambda name: _turn(name, name in in_browser, len(files[name]))) for item in files[name]]
