"""The two sides: what a commit holds, and how a new process comes to import it."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...drive.checkout import extract, resolve
from ...drive.error import DriverError
from ...instruments.surroundings import another_layout


@dataclass(frozen=True)
class Side:
    """One of the two commits.

    Attributes:
        commit: its hash.
        package: the top-level package that is measured.
        folder: holds it, and nothing else that could be imported.
    """

    commit: str
    package: str
    folder: Path


@contextmanager
def sides_of(
    commits: Sequence[str], package: str = "spsn_ref", repository: Path | None = None
) -> Iterator[list[Side]]:
    """Write the package of each commit into a temporary folder, which goes at the end.

    Raises:
        DriverError: one is no commit of the repository, or does not hold the package.
    """
    with tempfile.TemporaryDirectory() as name:
        sides = []
        for number, commit in enumerate(commits):
            found, folder = resolve(commit, repository), Path(name).resolve() / str(number)
            tree = Path(name) / f"tree {number}"
            for new in (folder, tree):
                new.mkdir()
            extract(found, tree, repository=repository)
            paths = [
                top / file for top in (tree, tree / "src") for file in (package, f"{package}.py")
            ]
            if not (there := [path for path in paths if path.exists()]):
                raise DriverError(f"commit {found[:8]} holds no {package}, at its top or in src")
            there[0].rename(folder / there[0].name)
            sides.append(Side(found, package, folder))
        yield sides


@contextmanager
def finding_first(folder: Path) -> Iterator[None]:
    """Let a process that starts now find a tree's packages first, and be laid out as no other."""
    before = dict(os.environ)
    os.environ |= another_layout()
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        os.environ.clear()
        os.environ.update(before)
