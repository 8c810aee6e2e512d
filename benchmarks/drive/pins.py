"""The versions that asv's environment must have, whatever the packages in it require."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..cases.records import references_folder
from ..instruments.files import read_json


def pinned(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the packages that asv installs at one version, but not those that come alone."""
    required = settings["matrix"]["req"]
    return {name: version for name, (version,) in required.items() if version[0].isdigit()}


def constraint(pins: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the variable by which pip holds to these versions, whatever it installs.

    asv installs one package after the other, and what a later one requires would replace torch by
    its newest release.
    """
    path = folder / "constraints.txt"
    path.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
    files = [os.environ.get("PIP_CONSTRAINT", ""), path.as_uri()]
    return {"PIP_CONSTRAINT": " ".join(filter(None, files))}


def unwanted(records: Path, pins: Mapping[str, str]) -> str:
    """Say which package a sweep measures at another version than it should; "": none is known.

    Args:
        records: of the sweep, where its processes leave what they see.
        pins: package -> version that is to be measured.
    """
    path = references_folder(records) / "provenance.json"
    seen = read_json(path) if path.exists() else {}
    for package, version in pins.items():
        # torch's builds have a suffix, as in 2.13.0+cpu.
        if package in seen and (found := seen[package].partition("+")[0]) != version:
            return f"{package} {found} instead of {version}"
    return ""
