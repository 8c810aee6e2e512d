"""`asv publish`, and then everything that its page loads from the net laid beside it."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ...instruments.files import write_json
from ..asv import configuration
from ..checkout import ROOT
from ..error import DriverError
from .measured import copy_measured
from .packages import Package, PackageError, fetch, pinned

HTML = ROOT / ".asv" / "html"
# A script or a style sheet of asv's page that comes from the net, with all its attributes.
_REMOTE = re.compile(r'<(script|link)\b[^>]*?\b(?:src|href)="(https?://[^"]+)"[^>]*>')
_OURS = ("narrow.css", "keyboard.js")


def publish(results: Path, html: Path) -> Path:
    """Render the dashboard of `results` into `html`, which is made anew; return its page.

    Raises:
        DriverError: `html` holds something else, there are no results, asv fails, or a package
            cannot be had.
    """
    html = html.resolve()
    if html.exists() and any(html.iterdir()) and not (html / "graphdisplay.js").exists():
        raise DriverError(f"{html} holds something else, and publishing empties it: choose another")
    for room in ("reports", "results"):
        if html.is_relative_to(ROOT / room):
            raise DriverError(f"{html} lies in {room}/, and publishing empties it: choose another")
    # The packages first: without them nothing is made, and what was there stays.
    try:
        contents = [(package, fetch(package)) for package in pinned()]
    except PackageError as error:
        raise DriverError(str(error)) from None
    with tempfile.TemporaryDirectory() as folder:
        copy, settings = Path(folder) / "results", Path(folder) / "asv.conf.json"
        copy_measured(results.resolve(), copy)
        write_json(settings, configuration(copy) | {"html_dir": str(html)})
        command = [sys.executable, "-m", "asv", "--config", str(settings), "publish"]
        done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise DriverError(f"asv publish ended with status {done.returncode}")
    for package, files in contents:
        for name, content in files.items():
            path = html / _place(package, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for name in _OURS:
        (html / name).write_bytes((Path(__file__).parent / name).read_bytes())
    (html / "vendor" / "README.txt").write_text(_notice(contents), encoding="utf-8")
    page = html / "index.html"
    page.write_text(without_net(page.read_text(encoding="utf-8"), pinned()), encoding="utf-8")
    return page


def without_net(page: str, packages: list[Package]) -> str:
    """Make asv's page load what lies beside it, and fit narrow windows and the keyboard.

    Raises:
        DriverError: It loads something that no package stands for.
    """
    places = {
        address: _place(package, name)
        for package in packages
        for address, name in package.files.items()
    }

    def beside(found: re.Match[str]) -> str:
        kind, address = found.groups()
        place = places.get(address.rpartition("/")[2])
        if place is None:
            raise DriverError(
                f"asv's page loads {address}, which packages.json does not have: "
                "was asv updated? Pin that file's package"
            )
        if kind == "script":
            return f'<script src="{place}" onerror="js_load_failure()">'
        return f'<link rel="stylesheet" href="{place}">'

    page = _REMOTE.sub(beside, page)
    style, script = _OURS
    head = (
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'    <link rel="stylesheet" href="{style}">\n'
        f'    <script src="{script}"></script>\n  </head>'
    )
    return page.replace("</head>", head, 1).replace("<html>", '<html lang="en">', 1)


def _place(package: Package, name: str) -> str:
    return f"vendor/{package.name}-{package.version}/{name}"


def _notice(contents: list[tuple[Package, dict[str, bytes]]]) -> str:
    told = [f"{p.name} {p.version}, {p.licence}: {', '.join(files)}" for p, files in contents]
    return "npm packages, unchanged, with their licences beside them:\n" + "\n".join(told) + "\n"
