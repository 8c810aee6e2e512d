"""An SVG as matplotlib writes it, in a third of the bytes."""

from __future__ import annotations

import re
from collections import Counter

# Attributes of lengths, points; a letter's outline, if any, is scaled, and so keeps its digits.
_LENGTHS = re.compile(r'\b(d|x|y|x1|x2|y1|y2|width|height|points|transform)="(?![^"]*scale)[^"]*"')
_DIGITS = re.compile(r"\d+\.\d{3,}")
_STYLE = re.compile(r'style="([^"]*)"')


def compact(svg: str) -> str:
    """Return an SVG without what a picture does not show.

    Lengths are rounded to a tenth of a point; comments, indentation and names that nothing refers
    to go; styles that occur often stand once.
    """
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = _LENGTHS.sub(lambda lengths: _DIGITS.sub(_rounded, lengths[0]), svg)
    svg = re.sub(r"\s+", " ", svg).replace("> <", "><")
    svg = _STYLE.sub(lambda style: re.sub(r"([:;]) ", r"\1", style[0]), svg)
    used = {*re.findall(r"url\(#([^)]*)\)", svg), *re.findall(r'href="#([^"]*)"', svg)}
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    often = [style for style, count in Counter(_STYLE.findall(svg)).items() if count > 2]
    classes = {style: f"s{number}" for number, style in enumerate(often)}
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
    svg = _STYLE.sub(lambda s: f'class="{classes[s[1]]}"' if s[1] in classes else s[0], svg)
    return svg.replace("</style>", f"{rules}</style>", 1) + "\n"


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
