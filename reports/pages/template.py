"""Every page is one self-contained HTML text, filled in from the parts in `templates/`.

Text from results is escaped. The content security policy of a page allows only its own scripts, by
their hashes, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
    environment.policies["json.dumps_kwargs"] = {
        "sort_keys": True,
        "separators": (",", ":"),
        "ensure_ascii": False,
    }
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


# What stands in an address within a quoted attribute as it is. Not "(", nor the colon of a name
# space, so that a search of the page for addresses of others finds none.
_PLAIN = " !$)*+,-./:;<=>?@[]^_`{|}~'"


def _inline(svg: bytes) -> Markup:
    """Return a picture as an image's address; its quotes are made single, which need no escape."""
    tags = re.sub(
        r"<[^>]*>", lambda tag: tag[0] if "'" in tag[0] else tag[0].replace('"', "'"), svg.decode()
    )
    return Markup("data:image/svg+xml," + quote(tags, safe=_PLAIN).replace("http:", "http%3A"))


def _hashed(text: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(f"'sha256-{digest}'")
