"""A compact SVG shows what the other shows."""

import re
from xml.etree import ElementTree

from reports.plots.canvas import canvas, finish, in_style
from reports.plots.compact import compact

LONG = """<svg xmlns="http://www.w3.org/2000/svg">
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <!-- a comment -->
 <g id="unused"> <path id="tick" d="M 1.23456 2
L 3.0001 4" style="fill: none; stroke: red"/> </g>
 <g transform="scale(0.015625)"><use href="#tick" style="fill: none; stroke: red"/></g>
 <text style="fill: none; stroke: red" x="0.2">0.0625 \u00d7 </text>
</svg>
"""


def test_it_is_rounded_where_it_is_a_length_and_nowhere_else():
    found = compact(LONG)
    assert ElementTree.fromstring(found) is not None
    assert 'd="M1.2 2L3 4"' in found
    assert "scale(0.015625)" in found
    assert ">0.0625 \u00d7 </text>" in found
    assert "comment" not in found
    assert 'id="m0"' in found
    assert 'href="#m0"' in found
    assert "unused" not in found
    assert found.count("stroke:red") == 1
    assert found.count('class="s0"') == 3
    assert len(found) < 0.8 * len(LONG)


def test_groups_without_attributes_go_and_like_markers_share_their_class():
    markers = "".join(f'<use href="#dot" x="{n}" style="fill:red"/>' for n in range(3))
    other = '<use href="#dot" x="4" style="fill:blue"/>'
    blue = "".join(f'<rect x="{n}" style="fill:blue"/>' for n in range(3))
    found = compact(
        '<svg xmlns="http://www.w3.org/2000/svg"><defs><style></style><path id="dot"/>'
        '<clipPath id="box"/></defs>'
        f'<g><g clip-path="url(#box)">{markers}</g><g><text x="1" transform="rotate(-0 1 2)">a'
        f"</text></g></g><g>{markers}{other}</g>{blue}</svg>"
    )
    ElementTree.fromstring(found)
    assert '<g clip-path="url(#m1)" class="s0"><use href="#m0" x="0"/>' in found
    assert found.count("<g") == found.count("</g>") == 1
    assert found.count('class="s0"') == 4  # of three that do not share it with the fourth
    assert '<text x="1">a</text>' in found


def test_ticks_in_a_row_are_one_path():
    ticks = "".join(
        f'<g id="t{n}"><g><use xlink:href="#tick" x="{n}" y="7.5" style="fill:red"/></g></g>'
        for n in range(3)
    )
    found = compact(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        "<defs><style></style></defs><defs>"
        f'<path id="tick" d="M 0 0 L -2 0" style="stroke:#000"/></defs>{ticks}</svg>'
    )
    ElementTree.fromstring(found)
    assert '<path d="M0 7.5h-2m3 0h-2m3 0h-2" style="stroke:#000"/>' in found
    assert "use" not in found
    assert "id=" not in found


def test_error_bars_in_a_row_are_one_path_and_so_are_their_caps():
    bars = "".join(f'<path d="M {n} 9 L {n} 4.004" style="stroke:red"/>' for n in range(3))
    level = '<path d="M 0 4 L 9 4" style="stroke:red"/><path d="M 1 2 L 3 4" style="stroke:red"/>'
    cap = '<path id="cap" d="M 2.5 0 L -2.5 -0" style="stroke:red"/>'
    caps = "".join(f'<use xlink:href="#cap" x="{n}" y="4" style="fill:red"/>' for n in range(3))
    curve = '<path d="M 0 0 L 1 1 L 2 0" style="stroke:red"/>'
    found = compact(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<defs><style></style>{cap}<clipPath id="box"/></defs>{bars}{curve}{level}'
        f'<g clip-path="url(#box)">{caps}</g></svg>'
    )
    ElementTree.fromstring(found)
    assert '<path d="M0 9V4M1 9V4M2 9V4" class="s0"/>' in found
    assert '<path d="M0 0L1 1L2 0" class="s0"/><path d="M0 4H9M1 2L3 4" class="s0"/>' in found
    assert '<path d="M2.5 4h-5m6 0h-5m6 0h-5" clip-path="url(#m1)" class="s0 s1"/>' in found
    assert "xlink" not in found


def test_what_is_clipped_to_one_panel_is_one_group():
    curve = '<path d="M 0 0 L 1 {0} L 2 0" clip-path="url(#{1})" style="stroke:red"/>'
    dots = "".join(f'<use href="#dot" x="{n}" style="fill:red"/>' for n in range(3))
    found = compact(
        '<svg xmlns="http://www.w3.org/2000/svg"><defs><style></style><clipPath id="one"/>'
        f'<clipPath id="two"/></defs>{curve.format(1, "one")}<defs><path id="dot"/></defs>'
        f'<g clip-path="url(#one)">{dots}</g>{curve.format(2, "two")}<text>a</text>'
        f"{curve.format(3, 'two')}{curve.format(4, 'two')}</svg>"
    )
    panels = ElementTree.fromstring(found).findall(".//*[@clip-path]")
    assert [(panel.get("clip-path"), len(panel)) for panel in panels] == [
        ("url(#m0)", 3),  # the curve, what its dots are, and the dots
        ("url(#m1)", 0),
        ("url(#m1)", 2),
    ]


def test_what_it_refers_to_is_there():
    with in_style("x"):
        figure, axes = canvas(1, "a title")
        axes[0].plot([1, 10], [1, 100])
        axes[0].set_yscale("log")
        svg, _ = finish(figure, axes, "T", "s", [])
    text = svg.decode()
    ElementTree.fromstring(text)
    used = {*re.findall(r"url\(#([^)]*)\)", text), *re.findall(r'href="#([^"]*)"', text)}
    assert used == set(re.findall(r' id="([^"]*)"', text))
    assert {*" ".join(re.findall(r'class="([^"]*)"', text)).split()} <= set(
        re.findall(r"\.([st]\d+){", text)
    )
    assert ">a title</text>" in text
    assert ">10¹</text>" in text
    assert "tspan" not in text
    assert "DejaVu Sans" in text
    assert "Arial" not in text
