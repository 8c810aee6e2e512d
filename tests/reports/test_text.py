"""Numbers and names as text."""

import pytest

from reports.text import csv_safe, digits, printable


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1", "＠a"])
def test_csv_safe(text):
    assert csv_safe(text) == "'" + text
    assert csv_safe("a" + text) == "a" + text


def test_numbers_stay_numbers():
    assert csv_safe(-1.5) == -1.5


def test_messages_cannot_steer_a_terminal():
    assert printable("a\x1b[31mb\n") == "a\ufffd[31mb\ufffd"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (9.9999999, "10.0"),
        (61.23, "61.2"),
        (0.5, "0.500"),
        (4000, "4\u00a0000"),
        (0, "0"),
        (1e-9, "1e-09"),
        (float("nan"), "–"),
    ],
)
def test_digits(value, written):
    assert digits(value) == written
