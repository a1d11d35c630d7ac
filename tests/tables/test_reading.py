"""Files as people bring them: separators, encodings, workbooks, and what cannot be read."""

import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from core.tables import KINDS, Unreadable, load
from core.tables.cells import CLEAR, BrokenCell, Formula, guarded, read_text
from core.tables.faults import MissingColumns, UnknownColumns
from core.tables.reading import open_table

KNOWN = ("code", "name", "unit")


def read(path, known=KNOWN):
    with open_table(path, known) as table:
        return table.header, [(row.number, row.cells) for row in table]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_separator_and_encoding_are_found(csv_file, separator, encoding):
    text = f"code{separator}name{separator}unit\r\nP1{separator}齿轮箱{separator}pcs\r\n"

    header, rows = read(csv_file(text, encoding))

    assert header == ["code", "name", "unit"]
    assert rows == [(2, {"code": "P1", "name": "齿轮箱", "unit": "pcs"})]


def test_other_separators_inside_values_do_not_mislead(csv_file):
    header, rows = read(csv_file('code;name\n1;"a, b, c, d"\n2;e,f\n'))

    assert header == ["code", "name"]
    assert [cells["name"] for _number, cells in rows] == ["a, b, c, d", "e,f"]


def test_quoted_line_breaks_blank_rows_and_spaces_keep_the_rows_numbers_of_a_spreadsheet(csv_file):
    _header, rows = read(csv_file('code,name\n a ,"two\nlines"\n\n,\nb,\u3000x \n'))

    assert rows == [(2, {"code": "a", "name": "two\nlines"}), (5, {"code": "b", "name": "x"})]


def test_a_value_right_of_the_last_column_is_told(csv_file, faults):
    assert faults("products", csv_file("code,name,unit\nP1,Gear,pcs,x\n")) == ['row 2, column 4: "x" stands under no column name']


def test_empty_columns_of_a_spreadsheet_are_passed_over(csv_file, loaded):
    assert loaded("products", csv_file("code,name,unit,,\nP1,Gear,pcs,,\n")) == (1, 0, 0)


def test_a_value_under_no_name_is_told(csv_file, faults):
    assert faults("products", csv_file("code,,name,unit\nP1,lost,Gear,pcs\n")) == ['row 2, column 2: "lost" stands under no column name']


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (" a ", "a"),
        ("", None),
        ("\u3000", None),
        ("-", CLEAR),
        (" - ", CLEAR),
        ("'-", "-"),
        ("'=1", "=1"),
        ("''@", "'@"),
        ("'tis", "'tis"),
        ("--", "--"),
    ],
)
def test_what_a_text_stands_for(text, cell):
    assert read_text(text) == cell


@pytest.mark.parametrize("text", ["-", "=1+1", "+86", "@x", "-5", "'-", "''=", "'tis", "plain", "a=b"])
@pytest.mark.parametrize("workbook", [True, False])
def test_every_text_comes_back_as_it_left(text, workbook):
    assert read_text(guarded(text, workbook=workbook)) == text


@pytest.mark.parametrize("text", ["-", "=1+1", "+86", "@x", "-5", "'=1"])
def test_nothing_leaves_as_a_formula(text):
    assert guarded(text).startswith("'")


# --- workbooks ---


def test_whole_numbers_in_code_columns_lose_no_digit_and_gain_no_point(xlsx_file):
    _header, rows = read(xlsx_file(["code", "name"], [123456789012345, "a"], [12.0, "b"], ["007", "c"], [100000000000000000000, "d"]))

    texts = [str(cells["code"]) for _number, cells in rows]
    assert texts == ["123456789012345", "12", "007", "100000000000000000000"]


def test_numbers_of_a_workbook_are_what_its_sheet_shows(xlsx_file):
    _header, rows = read(xlsx_file(["code", "name"], ["a", 0.1 + 0.2], ["b", 590.25], ["c", 1e-7]))

    assert [cells["name"] for _number, cells in rows] == [Decimal("0.3"), Decimal("590.25"), Decimal("1E-7")]


def test_real_date_time_and_duration_cells(xlsx_file):
    day = datetime(2026, 10, 31)
    path = xlsx_file(["code", "name"], [day, time(8, 30)], [datetime(2026, 10, 31, 8), timedelta(hours=20)])

    _header, rows = read(path)

    assert rows[0][1] == {"code": date(2026, 10, 31), "name": time(8, 30)}
    assert rows[1][1] == {"code": datetime(2026, 10, 31, 8), "name": time(20, 0)}


def test_formulas_and_errors_are_marked(xlsx_file, faults):
    path = xlsx_file(["code", "name", "unit"], ["=A1", "#N/A", "pcs"])

    _header, rows = read(path)

    assert rows[0][1] == {"code": Formula("=A1"), "name": BrokenCell("#N/A"), "unit": "pcs"}
    assert faults("products", path) == [
        'row 2, column code: "=A1" is a formula; put its value there',
        'row 2, column name: "#N/A" is an error of the spreadsheet',
    ]


def test_rows_of_a_workbook_keep_their_numbers_over_gaps(xlsx_file):
    _header, rows = read(xlsx_file(["code"], ["a"], [], [None], ["b"]))

    assert [number for number, _cells in rows] == [2, 5]


def test_a_date_cell_in_a_code_column_is_refused(xlsx_file, faults):
    path = xlsx_file(["code", "name", "unit"], [datetime(2026, 1, 2), "Gear", "pcs"])

    assert faults("products", path) == ['row 2, column code: "2026-01-02" is a date cell; format it as text']


# --- what cannot be read ---


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04 not a zip",
        b"\xd0\xcf\x11\xe0old excel",
        b"code,name\n\x00,\x00\n",
        b"\xff\xff\xff",
        b'code,name\n"a,b\n',
        b'code\n"a"b\n',
    ],
)
def test_unreadable_files_say_so(tmp_path, db, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(Unreadable) as refused:
        load(KINDS["products"], path)
    assert str(refused.value).startswith("This file cannot be read: ")


def test_a_folder_and_a_missing_file_are_unreadable(tmp_path, db):
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(Unreadable):
            load(KINDS["products"], path)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path, db, monkeypatch, xlsx_file):
    monkeypatch.setattr("core.tables.workbooks.UNPACKED_MOST_BYTES", 100)

    with pytest.raises(Unreadable, match="too large"):
        load(KINDS["products"], xlsx_file(["code", "name", "unit"]))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path, db):
    with zipfile.ZipFile(tmp_path / "file.xlsx", "w") as packed:
        packed.writestr("hello.txt", "hello")

    with pytest.raises(Unreadable):
        load(KINDS["products"], tmp_path / "file.xlsx")


def damaged(good: bytes, how: str) -> bytes:
    """A workbook that something happened to on its way."""
    if how == "cut":
        return good[: len(good) // 2] + good[-200:]
    if how == "directory":
        return good.replace(b"PK\x01\x02", b"PK\x09\x09", 1)
    at = good.index(b"PK\x03\x04", good.index(b"xl/worksheets/sheet1.xml") - 40)
    if how == "flipped":
        start = at + 30 + len("xl/worksheets/sheet1.xml") + 20
        return good[:start] + bytes(byte ^ 0xFF for byte in good[start : start + 40]) + good[start + 40 :]
    flag = bytearray(good)
    flag[at + 6] |= 1
    central = good.index(b"PK\x01\x02", good.rindex(b"xl/worksheets/sheet1.xml") - 60)
    flag[central + 8] |= 1
    return bytes(flag)


@pytest.mark.parametrize("how", ["cut", "directory", "flipped", "encrypted"])
def test_a_damaged_or_encrypted_workbook_is_unreadable(tmp_path, db, xlsx_file, how):
    path = xlsx_file(["code", "name", "unit"], *([f"N{number}", "Gear", "pcs"] for number in range(500)))
    path.write_bytes(damaged(path.read_bytes(), how))

    with pytest.raises(Unreadable, match="cannot be read"):
        load(KINDS["products"], path)
    with pytest.raises(CommandError) as ended:
        call_command("load", "products", str(path))
    assert ended.value.returncode == 2


def test_a_fault_of_the_house_is_not_taken_for_a_damaged_workbook(db, xlsx_file, monkeypatch):
    monkeypatch.setattr("core.tables.loaders.Loader.take", lambda loader, chunk: {}["nothing"])

    with pytest.raises(KeyError):
        load(KINDS["products"], xlsx_file(["code", "name", "unit"], ["N1", "Gear", "pcs"]))


def test_unknown_columns_are_refused_by_name(csv_file, db):
    with pytest.raises(UnknownColumns) as refused:
        load(KINDS["products"], csv_file("code,name,unit,colour,weight\n"))

    assert "colour, weight" in str(refused.value)


def test_a_column_twice_and_a_missing_key_column_are_refused(csv_file, db):
    with pytest.raises(Unreadable):
        load(KINDS["products"], csv_file("code,name,name,unit\n"))
    with pytest.raises(MissingColumns):
        load(KINDS["products"], csv_file("name,unit\n"))


def test_reading_does_not_grow_with_the_file(tmp_path):
    """A hundred times the rows, the same memory: the walk is done in a process of its own."""
    script = (
        "import sys;from pathlib import Path;from core.tables.reading import open_table\n"
        "with open_table(Path(sys.argv[1]),['code','name']) as table:\n"
        "    count=sum(1 for row in table)\n"
        "peak=next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(count,peak)"
    )
    peaks = []
    for rows in (2_000, 200_000):
        path = tmp_path / f"{rows}.csv"
        path.write_text("code,name\n" + "".join(f"C{number},name {number}\n" for number in range(rows)))
        told = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True).stdout.split()
        assert int(told[0]) == rows
        peaks.append(int(told[1]))

    assert peaks[1] - peaks[0] < 5_000  # kilobytes
