"""What an address or a hidden field asks for: nothing that is sent raises, and what cannot be meant is like what is missing."""

from datetime import date
from uuid import UUID, uuid4

from core.asked import read_date, read_key, read_page, read_whole

HUGE = ("9" * 20, "9" * 5000)  # Python itself refuses to read more than 4300 digits
NO_NUMBERS = ("²", "٣", "３", "x", "-1", "+1", "1.5", "1_000", " 1", "1\n", "\x00", "\ud800", *HUGE)
DAYS_OUTSIDE = ("0001-01-01", "9999-12-31", "1899-12-31", "3000-01-01")
NO_DATES = (*DAYS_OUTSIDE, "2026-02-30", "20261120", "2026-1-2", "2026-W47-5", "２０２６-11-20", "x", "\x00", *HUGE)
NO_KEYS = (7, "x", "٣" * 32, "\ud800", "1" * 31, *HUGE)


def test_what_is_no_number_of_ours_is_none_and_the_first_page():
    for text in (None, "", *NO_NUMBERS):
        assert (read_whole(text), read_page(text)) == (None, 1), text


def test_a_number_is_of_ascii_digits_and_fits_the_database():
    assert [read_whole(text) for text in ("0", "42", "007", "9" * 18, "9" * 19, "0" * 18 + "1")] == [0, 42, 7, 10**18 - 1, None, None]
    assert int("9" * 18) < 2**63


def test_a_page_is_one_of_a_list_that_somebody_could_read():
    assert [read_page(text) for text in ("0", "1", "2", "007", "9" * 6, "9" * 7, "9" * 18)] == [1, 1, 2, 7, 999_999, 1, 1]


def test_what_is_no_day_of_our_time_is_none():
    for text in (None, "", *NO_DATES):
        assert read_date(text) is None, text


def test_a_date_has_a_day_before_it_and_one_after_it():
    days = [date(1900, 1, 1), date(2026, 11, 20), date(2999, 12, 31)]
    assert [read_date(text) for text in ("1900-01-01", "2026-11-20", "2999-12-31")] == days


def test_what_is_no_uuid_is_none():
    for value in (None, "", *NO_KEYS):
        assert read_key(value) is None, value


def test_a_key_is_a_uuid():
    key = uuid4()
    assert [read_key(value) for value in (str(key), key, key.hex)] == [key, key, key]
    assert isinstance(read_key(key), UUID)
