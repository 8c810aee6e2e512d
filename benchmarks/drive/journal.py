"""The journal of a sweep, which results/ keeps: when, of what, on what, and how fast that was."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..cases.records import references_folder
from ..cases.request import Request
from ..instruments.files import read_json, read_json_lines, write_json

VERSION = 1


def _with_ordinals(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with their nodes counted from 1, in order of appearance, not named."""
    nodes = list(dict.fromkeys(line.get("node") for line in lines))
    return [{**line, "node": 1 + nodes.index(line.get("node"))} for line in lines]


def write_journal(
    folder: Path,
    records: Path,
    commit: str,
    request: Request,
    suites: Collection[str],
    part: str = "",
) -> Path | None:
    """Write the journal of a sweep and return its path; None where it measured no group.

    Args:
        folder: of the machine, in results/.
        records: of the sweep, where its processes left what they saw.
        commit: that was measured.
        request: with the number of the run.
        suites: that were measured.
        part: what tells the file from those of other parts of the sweep; "": it is whole.
    """
    seen = references_folder(records)
    if not seen.exists():
        return None
    lines = read_json_lines(seen / "groups.jsonl")
    content: dict[str, Any] = {
        "version": VERSION,
        "commit": commit,
        "run": request.run,
        "profile": request.profile,
        "precision": request.budget.precision,
        "suites": sorted(suites),
        "neuron_methods": list(request.neuron_methods),
        "provenance": read_json(seen / "provenance.json"),
        "references": _with_ordinals(lines),
    }
    begun = lines[0]["at"].partition("+")[0].replace(":", "").replace("-", "")
    path = folder / "sweeps" / f"{commit[:8]}-{begun}{part}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, content)
    return path
