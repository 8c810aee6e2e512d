"""Every page is one HTML text with everything inside, made of the parts in `templates/`.

Text from results is escaped. What may run is a page's own scripts alone, named by their hash in its
content security policy, which also forbids every request to the net.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, scripts: tuple[str, ...] = (), **parts: Any) -> str:
    """Fill a template of `templates/`; a part that it needs and does not get is an error.

    Args:
        template: Name of the file.
        scripts: Names of the files that the page runs.
        parts: What it says.
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


def _inline(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def _hashed(text: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(f"'sha256-{digest}'")
