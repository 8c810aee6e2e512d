"""The paper's numbers, as it prints them."""

from reports.published import ACCURACY, AUTHORS_RUNS, TABLE_I


def test_published_numbers_are_the_paper_s():
    assert ACCURACY["SPSN-GS", "regularised"].value == 89.73
    assert set(ACCURACY) == set(AUTHORS_RUNS)
    assert {name: value for _, name, value in TABLE_I}["bin"] == 0.001
