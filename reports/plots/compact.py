"""An SVG as matplotlib writes it, in a quarter of the bytes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

# Attributes of lengths, points; a letter's outline, if any, is scaled, and so keeps its digits.
_LENGTHS = re.compile(r'\b(d|x|y|x1|x2|y1|y2|width|height|points|transform)="(?![^"]*scale)[^"]*"')
_DIGITS = re.compile(r"\d+\.\d{3,}")
_STYLE = re.compile(r'style="([^"]*)"')
# And the class that may follow it.
_STYLED = re.compile(r'style="([^"]*)"(?: class="([^"]*)")?')
_PATH = re.compile(r'\bd="[^"]*"')
_SPACED = re.compile(r" ?([A-Za-z]) |(?<=[A-Za-z\d]) (?=\")")
# A turn of nothing.
_UNTURNED = re.compile(r' transform="rotate\(-?0(?:\.0*)?(?: [^)]*)?\)"')
_GROUP = re.compile(r"<g(?: [^>]*)?>|<g/>|</g>")
# A group of nothing but markers.
_MARKERS = re.compile(r'<g( clip-path="[^"]*")?>((?:<use [^>]*class="[^"]*"/>)+)</g>')
_CLASS = re.compile(r' class="([^"]*)"')
# A marker that is a short line, as a tick is or the cap of an error bar; several of one in a row,
# and several in a group.
_LINE = re.compile(
    r'<path id="([^"]*)" d="M(\S+) (\S+)L(\S+) (\S+)"((?: (?:style|class)="[^"]*")?)/>'
)
_LINES = r'(?:<g class="[^"]*"><use xlink:href="#{0}" x="[^"]*" y="[^"]*"/></g>){{2,}}'
_CAPS = r'<g([^>]*)>((?:<use xlink:href="#{0}" x="[^"]*" y="[^"]*"/>)+)</g>'
_PLACE = re.compile(r' x="([^"]*)" y="([^"]*)"')
# Lines of two points that look alike, several in a row: error bars.
_ALIKE = re.compile(r'<path d="(M[^"MLz]*L[^"MLz]*)"([^>]*)/>(?:<path d="M[^"MLz]*L[^"MLz]*"\2/>)+')
# What is clipped to one panel, several elements in a row.
_CLIP = re.compile(r' clip-path="url\([^"]*\)"')
_CLIPPED = r"(?:<path[^>]*{0}[^>]*/>|<g{0}[^>]*>(?:<use [^>]*/>)+</g>)"
_DEFS = r"(?:<defs>(?:(?!</defs>).)*</defs>)"
_UPRIGHT = re.compile(r"M(-?[\d.]+) (-?[\d.]+)L\1 (-?[\d.]+)(?=[\"M])")
_LEVEL = re.compile(r"M(-?[\d.]+) (-?[\d.]+)L(-?[\d.]+) \2(?=[\"M])")

# Of the text of several markers the path of their lines.
_Lines = Callable[[str], str]


def compact(svg: str) -> str:
    """Return an SVG without what a picture does not show.

    Lengths are rounded to a tenth of a point; comments, indentation, groups without attributes and
    names that nothing refers to go, other names become short; styles that occur often stand once,
    and the class of markers that have the same once for all. Ticks in a row are one path, so are
    error bars and so are their caps; what is clipped to one panel is a group, clipped once.
    """
    svg = re.sub(r"<!--.*?-->|<\?xml[^>]*>|<!DOCTYPE[^>]*>", "", svg, flags=re.DOTALL)
    svg = _LENGTHS.sub(lambda lengths: _DIGITS.sub(_rounded, lengths[0]), svg)
    svg = _UNTURNED.sub("", re.sub(r"\s+", " ", svg).replace("> <", "><"))
    svg = _PATH.sub(lambda path: _SPACED.sub(r"\1", path[0]), svg)
    svg = _STYLE.sub(lambda style: re.sub(r"([:;]) ", r"\1", style[0]), svg)
    used = {*re.findall(r"url\(#([^)]*)\)", svg), *re.findall(r'href="#([^"]*)"', svg)}
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    names = re.findall(r' id="([^"]*)"', svg)
    short = {name: f"m{number}" for number, name in enumerate(names)}
    svg = re.sub(r'(?<= id=")[^"]*|(?<=[("]#)[^")]*', lambda name: short.get(name[0], name[0]), svg)
    svg = _MARKERS.sub(_with_one_class, _with_classes(svg, "s"))
    svg = _with_ticks_in_one(_without_plain_groups(svg))
    svg = _with_classes(_ALIKE.sub(_in_one, svg), "t")
    svg = _LEVEL.sub(r"M\1 \2H\3", _UPRIGHT.sub(r"M\1 \2V\3", svg))
    svg = _with_panels_in_one(svg)
    # What SVG 2 needs no name space for.
    return re.sub(r' xmlns:xlink="[^"]*"', "", svg).replace("xlink:href", "href") + "\n"


def _with_classes(svg: str, prefix: str) -> str:
    """Return the SVG with a class, named by a prefix and a number, for each style that is often."""
    often = [style for style, count in Counter(_STYLE.findall(svg)).items() if count > 2]
    classes = {style: f"{prefix}{number}" for number, style in enumerate(often)}
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())

    def named(styled: re.Match[str]) -> str:
        if styled[1] not in classes:
            return styled[0]
        # A rule that stands later wins, as a style of its own did.
        others = f"{styled[2]} " if styled[2] else ""
        return f'class="{others}{classes[styled[1]]}"'

    svg = _STYLED.sub(named, svg)
    return svg.replace("</style>", f"{rules}</style>", 1)


def _in_one(run: re.Match[str]) -> str:
    lines = "".join(re.findall(r'<path d="([^"]*)"', run[0]))
    return f'<path d="{lines}"{run[2]}/>'


def _with_ticks_in_one(svg: str) -> str:
    for name, *ends, look in _LINE.findall(svg):
        lines = partial(_lines, [float(number) for number in ends])

        def ticks(run: re.Match[str], lines: _Lines = lines, look: str = look) -> str:
            return f'<path d="{lines(run[0])}"{look}/>'

        def caps(group: re.Match[str], lines: _Lines = lines, look: str = look) -> str:
            own = _CLASS.findall(look) + _CLASS.findall(group[1])
            attributes = _CLASS.sub("", f"{group[1]}{look}")
            named = f' class="{" ".join(own)}"' if own else ""
            return f'<path d="{lines(group[2])}"{attributes}{named}/>'

        svg = re.sub(_LINES.format(re.escape(name)), ticks, svg)
        svg = re.sub(_CAPS.format(re.escape(name)), caps, svg)
        if f'href="#{name}"' not in svg:
            svg = re.sub(rf'<path id="{re.escape(name)}"[^>]*/>', "", svg)
    return svg.replace("<defs></defs>", "")


def _with_panels_in_one(svg: str) -> str:
    for attribute in sorted(set(_CLIP.findall(svg))):
        clipped = _CLIPPED.format(re.escape(attribute))

        def panel(run: re.Match[str], attribute: str = attribute) -> str:
            return f"<g{attribute}>{run[0].replace(attribute, '')}</g>"

        svg = re.sub(rf"{clipped}(?:{_DEFS}*{clipped})+", panel, svg)
    return svg


def _lines(ends: Sequence[float], uses: str) -> str:
    """Return as one path the lines between two ends, [x, y, x, y], from each place."""
    x0, y0, x1, y1 = ends
    across, down = _short(x1 - x0), _short(y1 - y0)
    line = f"h{across}" if down == "0" else f"v{down}" if across == "0" else f"l{across} {down}"
    path, pen = "", (0.0, 0.0)
    for x, y in _PLACE.findall(uses):
        place = round(float(x) + x0, 1), round(float(y) + y0, 1)
        there = f"M{_pair(*place)}"
        # From the end of the line before: of ticks in a row, less than half as long.
        on = f"m{_pair(place[0] - pen[0], place[1] - pen[1])}"
        path += (on if path and len(on) < len(there) else there) + line
        pen = place[0] + float(across), place[1] + float(down)
    return path


def _pair(x: float, y: float) -> str:
    after = _short(y)
    return f"{_short(x)}{after}" if after.startswith("-") else f"{_short(x)} {after}"


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
    return _short(float(number[0]))


def _short(number: float) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
