"""What lies in the repository belongs there."""

from pathlib import Path

from django.conf import settings

# Of editors, patches and systems; hidden folders and those that git ignores are not looked at.
LEFT_OVER = ("*.orig", "*.rej", "*.bak", "*.tmp", "*.swp", "*.log", "*~", ".DS_Store", "Thumbs.db")
NOT_OURS = {"var", "media", "shots", "staticfiles"}


def left_overs(root: Path) -> list[str]:
    folders = [path for path in root.iterdir() if path.is_dir() and path.name not in NOT_OURS and not path.name.startswith(".")]
    found = [path for folder in [root, *folders] for look in LEFT_OVER for path in (folder.glob if folder == root else folder.rglob)(look)]
    return sorted(str(path.relative_to(root)) for path in found)


def test_no_left_over_of_an_editor_or_a_patch_lies_among_the_files():
    assert left_overs(Path(settings.BASE_DIR)) == []


def test_a_left_over_is_found_wherever_it_lies(tmp_path):
    for name in ("Makefile.orig", "static/css/store.css.orig", "core/models/units.py~", "var/log/prepare.log", ".venv/x.tmp"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    assert left_overs(tmp_path) == ["Makefile.orig", "core/models/units.py~", "static/css/store.css.orig"]
