"""Files on disk for the tests of tables, and what loading them says."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from core.tables import KINDS, load


@pytest.fixture
def csv_file(tmp_path):
    """Write a text as a file: ``csv_file("code,name\\n…")``; ``encoding`` and ``name`` where they matter."""

    def write(text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def xlsx_file(tmp_path):
    """Write rows of Python values as the first sheet of a workbook."""

    def write(*rows, name: str = "file.xlsx", formats: dict[str, str] | None = None) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        for row in rows:
            sheet.append(row)
        for cell, shape in (formats or {}).items():
            sheet[cell].number_format = shape
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def loaded(db):
    """Load a file and hand back (created, updated, unchanged); a fault fails the test with its words."""

    def run(kind: str, path: Path, **how):
        outcome = load(KINDS[kind], path, **how)
        assert list(map(str, outcome.faults)) == []
        return outcome.tally.created, outcome.tally.updated, outcome.tally.unchanged

    return run


@pytest.fixture
def faults(db):
    """Load a file that is refused and hand back its messages."""

    def run(kind: str, path: Path, **how) -> list[str]:
        outcome = load(KINDS[kind], path, **how)
        assert outcome.faults
        return list(map(str, outcome.faults))

    return run
