"""Every page is one self-contained HTML text, filled in from the parts in `templates/`.

Text from results is escaped. The content security policy of a page allows only its own scripts, by
their hashes, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from ..read.tree import Omission
from ..text import printable

TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, scripts: tuple[str, ...] = (), **parts: Any) -> str:
    """Return a template of `templates/`, filled in; a part that is missing is an error.

    Args:
        template: Name of the file.
        scripts: Names of the files that the page runs.
        parts: What is filled in.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": _inline, "hashed": _hashed, "trusted": Markup}
    texts = [(TEMPLATES / name).read_text(encoding="utf-8") for name in scripts]
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    return environment.get_template(template).render(parts, style=style, scripts=texts)


def left_out(omissions: Iterable[Omission], root: Path | None = None) -> list[list[str]]:
    """Return the rows of the table of omissions, with files by their paths below `root`."""
    return [
        [printable(_path(found.file, root)), printable(found.what), printable(found.remedy)]
        for found in omissions
    ]


def _path(file: Path, root: Path | None) -> str:
    if root is None:
        return str(file)
    return file.relative_to(root).as_posix() if file != root else root.name


def _inline(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def _hashed(text: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(f"'sha256-{digest}'")
