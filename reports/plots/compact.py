"""An SVG as matplotlib writes it, in a quarter of the bytes."""

from __future__ import annotations

import re
from collections import Counter

# Attributes of lengths, points; a letter's outline, if any, is scaled, and so keeps its digits.
_LENGTHS = re.compile(r'\b(d|x|y|x1|x2|y1|y2|width|height|points|transform)="(?![^"]*scale)[^"]*"')
_DIGITS = re.compile(r"\d+\.\d{3,}")
_STYLE = re.compile(r'style="([^"]*)"')
_PATH = re.compile(r'\bd="[^"]*"')
_SPACED = re.compile(r" ?([A-Za-z]) |(?<=[A-Za-z\d]) (?=\")")
# A turn of nothing.
_UNTURNED = re.compile(r' transform="rotate\(-?0(?:\.0*)?(?: [^)]*)?\)"')
_GROUP = re.compile(r"<g(?: [^>]*)?>|<g/>|</g>")
# A group of nothing but markers.
_MARKERS = re.compile(r'<g( clip-path="[^"]*")?>((?:<use [^>]*class="[^"]*"/>)+)</g>')
_CLASS = re.compile(r' class="([^"]*)"')
# A marker that is a short line, as a tick is, and several of one in a row.
_LINE = re.compile(r'<path id="([^"]*)" d="M0 0L(\S+) (\S+)"((?: (?:style|class)="[^"]*")?)/>')
_LINES = r'(?:<g class="[^"]*"><use xlink:href="#{}" x="[^"]*" y="[^"]*"/></g>){{2,}}'
_PLACE = re.compile(r' x="([^"]*)" y="([^"]*)"')
# Two letters in a row that a formula places one by one.
_LETTERS = re.compile(
    r'(<tspan x="[^"]*" y="([^"]*)" class="([^"]*)">[^<]*)</tspan>'
    r'<tspan x="[^"]*" y="\2" class="\3">(?=[^<]*</tspan>)'
)


def compact(svg: str) -> str:
    """Return an SVG without what a picture does not show.

    Lengths are rounded to a tenth of a point; comments, indentation, groups without attributes and
    names that nothing refers to go, other names become short; styles that occur often stand once,
    and the class of markers that have the same once for all. Ticks in a row are one path, and
    letters in a row one text.
    """
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = _LENGTHS.sub(lambda lengths: _DIGITS.sub(_rounded, lengths[0]), svg)
    svg = _UNTURNED.sub("", re.sub(r"\s+", " ", svg).replace("> <", "><"))
    svg = _PATH.sub(lambda path: _SPACED.sub(r"\1", path[0]), svg)
    svg = _STYLE.sub(lambda style: re.sub(r"([:;]) ", r"\1", style[0]), svg)
    used = {*re.findall(r"url\(#([^)]*)\)", svg), *re.findall(r'href="#([^"]*)"', svg)}
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    names = re.findall(r' id="([^"]*)"', svg)
    short = {name: f"m{number}" for number, name in enumerate(names)}
    svg = re.sub(r'(?<= id=")[^"]*|(?<=[("]#)[^")]*', lambda name: short.get(name[0], name[0]), svg)
    often = [style for style, count in Counter(_STYLE.findall(svg)).items() if count > 2]
    classes = {style: f"s{number}" for number, style in enumerate(often)}
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
    svg = _STYLE.sub(lambda s: f'class="{classes[s[1]]}"' if s[1] in classes else s[0], svg)
    svg = _MARKERS.sub(_with_one_class, svg).replace("</style>", f"{rules}</style>", 1)
    svg = _LETTERS.sub(r"\1", _LETTERS.sub(r"\1", svg))
    return _with_ticks_in_one(_without_plain_groups(svg)) + "\n"


def _with_ticks_in_one(svg: str) -> str:
    for name, x, y, look in _LINE.findall(svg):

        def path(run: re.Match[str], line: str = f"l{x} {y}", look: str = look) -> str:
            places = (f"M{x} {y}{line}" for x, y in _PLACE.findall(run[0]))
            return f'<path d="{"".join(places)}"{look}/>'

        svg = re.sub(_LINES.format(re.escape(name)), path, svg)
        if f'href="#{name}"' not in svg:
            svg = re.sub(rf'<path id="{re.escape(name)}"[^>]*/>', "", svg)
    return svg.replace("<defs></defs>", "")


def _without_plain_groups(svg: str) -> str:
    plain: list[bool] = []

    def keep(tag: re.Match[str]) -> str:
        if tag[0].endswith("/>"):
            return ""
        if tag[0] != "</g>":
            plain.append(tag[0] == "<g>")
            return "" if plain[-1] else tag[0]
        return "" if plain.pop() else tag[0]

    return _GROUP.sub(keep, svg)


def _with_one_class(group: re.Match[str]) -> str:
    classes = set(_CLASS.findall(group[2]))
    if len(classes) > 1:
        return group[0]
    return f'<g{group[1] or ""} class="{classes.pop()}">{_CLASS.sub("", group[2])}</g>'


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
