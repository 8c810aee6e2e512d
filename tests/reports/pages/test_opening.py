"""What the page opens with: cards, contents, and the cases to choose from."""

import json
import re

from reports.pages.opening import cards, choices
from reports.pages.place import all_places
from reports.tables.border import border, cells
from reports.tables.exponents import exponents
from reports.tables.latest import latest
from reports.tables.speedups import speedups
from reports.tables.verdicts import verdicts


def places_of(rows):
    ratios = speedups(rows)
    judged, standings = verdicts(rows)
    crossing = cells(ratios, rows)
    return all_places(
        latest(rows),
        {
            **{"ratios": ratios, "verdicts": judged, "standings": standings},
            **{"exponents": exponents(rows), "cells": crossing, "border": border(crossing)},
        },
    )


def test_every_anchor_of_the_page_leads_somewhere(report, floor):
    for page in ((report.out / "index.html").read_text(encoding="utf-8"), floor.page):
        ids = re.findall(r'\bid="([^"]*)"', page)
        assert len(ids) == len(set(ids))
        targets = re.findall(r'href="#([^"]*)"', page)
        assert "words" in targets
        assert set(targets) <= set(ids)


def test_the_cards_count_the_verdicts_and_lead_to_pictures(floor):
    places = places_of(floor.rows)
    found = list(cards(places))
    assert {card["title"] for card in found} >= {"With a reset or without"}
    counted = [int(n) for n in re.findall(r"\d+", found[0]["words"])]
    assert counted[0] == sum(counted[1:]) == len(places[0].verdicts)
    assert all(f'id="{card["target"]}"' in floor.page for card in found)
    assert list(cards([])) == []


def test_each_case_is_told_with_every_denominator(floor):
    found = choices(places_of(floor.rows))
    json.dumps(found)
    case = next(c for c in found if c["sizes"] == [100, 1, 128] and c["depth"] == 0)
    assert case["case"].endswith("128 units")
    assert case["lines"][0].startswith("SPSN-SB/scan, without a reset, is the fastest: 2.00× [")
    assert any("10.0×" not in line and "5.00×" in line for line in case["lines"])
    assert any(line.endswith("as fast as the LIF loop as published.") for line in case["lines"])
