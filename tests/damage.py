"""One thing done to a JSON text: to its letters, or to what they say."""

import json
import math
import random

VALUES = [
    *(None, True, 0, -1, 7.5, 1e308, 10**30, 10**400, math.nan, math.inf, -math.inf),
    *("", "x", "=1+1", "-1", "\ud800", "\x00", "../..", "'", "a" * 3000, "9" * 15, "9" * 5000),
    *([], {}, [[]], [None], {"version": 2}, ["'x/y'"], [1.0, "1"], [[1.0, math.inf]]),
]
DEEDS = ["replace", "drop", "double", "wrap", "cut", "flip", "erase", "repeat"]


def damaged(text, damage):
    """Return the text with one thing done to it, and, if that has one, its path in the tree.

    Args:
        text: of a JSON object.
        damage: what to do, where (a path through the tree, or offsets into the text: numbers below
            2**16), and the place in VALUES of what to put there.
    """
    what, where, value = damage
    if what in ("cut", "flip", "erase", "repeat"):
        raw = text.encode()
        start = where[0] * len(raw) >> 16
        end = min(len(raw), start + 1 + where[1] % 200)
        return {
            "cut": raw[:start],
            "flip": raw[:start] + bytes([raw[start] ^ 1 << where[1] % 8]) + raw[start + 1 :],
            "erase": raw[:start] + raw[end:],
            "repeat": raw[:end] + raw[start:],
        }[what], None
    data = json.loads(text)
    node, path = data, []
    for step in where:
        keys = sorted(node) if isinstance(node, dict) else range(len(node))
        path.append(keys[step % len(keys)])
        below = node[path[-1]]
        if not isinstance(below, (dict, list)) or not below or step == where[-1]:
            break
        node = below
    if what == "drop":
        del node[path[-1]]
    elif what == "double" and isinstance(node, list):
        node.insert(path[-1], node[path[-1]])
    else:
        node[path[-1]] = [node[path[-1]]] if what == "wrap" else VALUES[value]
    return json.dumps(data).encode(), path


def many_damaged(text, count):
    """Yield the text with one thing done to it, so many times, always the same ones."""
    draw = random.Random(count)
    for _ in range(count):
        where = [draw.randrange(2**16) for _ in range(draw.randint(2, 7))]
        yield damaged(text, (draw.choice(DEEDS), where, draw.randrange(len(VALUES))))[0]
