"""Every word of the page has a meaning."""

import pytest

from reports.outcome import FLAGS, STATUSES
from reports.pages.glossary import flags, statuses
from reports.read.tree import load
from reports.tables.measurements import measurements


@pytest.fixture
def results(report):
    return load(report.results)


def test_the_words_of_the_legends_and_what_the_report_adds(results):
    found = dict(statuses(results, measurements(results)))
    assert found["time budget"] == STATUSES["time budget"]
    assert "crashed: asv recorded no status" in found
    assert "at least: denominator stopped at its time budget" in found
    assert dict(flags(results))["noisy"] == FLAGS["noisy"]


def test_a_word_that_is_not_ours_is_the_suites(results):
    for name, track in results.tracks.items():
        if track.quantity == "flags":
            results.tracks[name] = track.__class__(**{**vars(track), "unit": "1: odd"})
    assert dict(flags(results)) == {"odd": "as the suite recorded it"}
