"""Every page is one HTML text with everything inside, made of the parts in `templates/`."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import jinja2


def fill(template: str, **parts: Any) -> str:
    """Fill a template of `templates/`; text is escaped, and a part that it lacks is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    return environment.get_template(template).render(parts)


def _inline(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
