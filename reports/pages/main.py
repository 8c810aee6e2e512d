"""The main page: one HTML file with everything inside, for a reader without a network."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..published import CLAIMS, FIELD, FIGURE_5_T, Claim
from ..read.tree import Results
from ..tables.headline import ALWAYS_NAMED, headline, headline_rows, over_lif
from ..tables.speedups import with_interval
from ..text import count, digits
from .border import border_sentences, border_table
from .charts import explorable
from .epochs import epoch_table, epoch_words
from .glossary import flags, statuses
from .machines import bandwidths, commits, journals, machines
from .opening import cards, choices
from .peers import peer_tables
from .place import Place
from .tables import absent, ratio_tables
from .template import fill, left_out
from .verdict import growth_table, standing_table, verdict_table


def first_sentence(place: Place) -> str:
    """Return the finding on one place."""
    return headline(place.name, place.ratios, place.verdicts)


def render(
    results: Results,
    measurements: pd.DataFrame,
    places: list[Place],
    peers: pd.DataFrame,
    exponents: pd.DataFrame,
    rules: pd.DataFrame,
    paper: str | None = None,
) -> str:
    """Return the page as one self-contained HTML text.

    Args:
        results: What was read, and what was left out.
        measurements: All rows of all commits.
        places: What is shown in pictures, in order.
        peers: The other libraries' cases; may be empty.
        exponents: Of every method and library over T.
        rules: Of the border between SPSN-SB and LIF.
        paper: Where the page of the paper's figures is, relative to this one; None: nowhere.
    """
    return fill(
        "index.html.j2",
        paper=paper,
        scripts=("filter.js", "explore.js", "choose.js", "sort.js"),
        sentences=[*map(first_sentence, places), *border_sentences(rules)],
        cards=list(cards(places)),
        choices=choices(places),
        places=[
            {
                "place": place,
                "ratios": ratio_tables(place),
                "verdicts": verdict_table(place),
                "standings": standing_table(place),
                "border": border_table(place),
                "growth": growth_table(place.exponents),
                "epochs": epoch_table(place.rows, place.ratios),
                "charts": explorable(place),
                "absent": absent(place.rows),
            }
            for place in places
        ],
        peers=peer_tables(peers, exponents),
        claims=_beside(places),
        field=FIELD,
        machines=machines(results),
        bandwidths=bandwidths(places),
        commits=commits(measurements),
        journals=journals(results),
        statuses=statuses(results, measurements),
        flags=flags(results),
        other_suites=results.other_suites,
        omissions=left_out(results.omissions, results.root),
    )


def _beside(places: list[Place]) -> list[dict[str, Any]]:
    return [
        {"claim": claim, "ratio": digits(claim.ratio), "measured": _measured(claim, places)}
        for claim in CLAIMS
    ]


def _measured(claim: Claim, places: list[Place]) -> list[str]:
    """Return what we measured of a claim: both baselines, at the same T, for every batch."""
    if not claim.figure_5:
        epochs = [words for place in places for words in epoch_words(place.name, place.ratios)]
        return epochs or ["not in these results: they hold no training epoch"]
    found = []
    for place in places:
        rows = over_lif(place.ratios)
        rows = rows[(rows["T"] == FIGURE_5_T) & (rows["depth"] == 1)]
        best = headline_rows(rows)
        method = "" if best.empty else best.iloc[0]["numerator_method"]
        rows = rows[rows["numerator_method"] == method]
        rows = rows.drop_duplicates(["batch", "denominator_method"])
        named = rows["denominator_method"].isin(ALWAYS_NAMED)
        rows = rows[named] if named.any() else rows
        for _, row in rows.sort_values(["batch", "denominator_method"]).iterrows():
            words = f"over LIF/{row['denominator_method']}, batch {count(row['batch'])}, {method}"
            found.append(f"{place.name}: {with_interval(row)} {words}")
    return found or [f"not in these results: no ratio at T = {count(FIGURE_5_T)}"]
