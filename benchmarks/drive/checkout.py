"""The checkout that is measured: its commit, and whether it was changed since."""

import subprocess
import sys
from pathlib import Path

from .error import DriverError

ROOT = Path(__file__).parents[2]


def _git(*arguments: str) -> str:
    """Return what a git command prints.

    Raises:
        DriverError: this is no git checkout with a commit.
    """
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DriverError(
            "asv names results after commits, so this must be a git checkout with a commit; "
            f"git says: {done.stderr.strip()}"
        )
    return done.stdout.strip()


def head_commit() -> str:
    """Return the commit that is checked out.

    Raises:
        DriverError: this is no git checkout.
    """
    return _git("rev-parse", "HEAD")


def resolve(name: str) -> str:
    """Return the hash of a commit named in any of git's ways.

    Raises:
        DriverError: there is no such commit, or this is no git checkout.
    """
    return _git("rev-parse", "--verify", f"{name}^{{commit}}")


def commit_date(commit: str) -> int:
    """Return when a commit was made, seconds since 1970.

    Raises:
        DriverError: there is no such commit, or this is no git checkout.
    """
    return int(_git("show", "-s", "--format=%ct", commit))


def commit() -> str:
    """Return the last commit that touched spsn_ref, with "+changes" where there are newer ones.

    Raises:
        DriverError: this is no git checkout.
    """
    changed = _git("status", "--porcelain", "--", "spsn_ref")
    return _git("log", "-1", "--format=%H", "--", "spsn_ref") + ("+changes" if changed else "")


def environment_arguments(kind: str) -> list[str]:
    """Return asv's arguments for measuring HEAD; a changed spsn_ref is never passed off as it.

    Args:
        kind: "virtualenv" or "existing", see `python -m benchmarks run --help`.

    Raises:
        DriverError: this is no git checkout, or a changed spsn_ref would be saved under the name of
            a commit.
    """
    changed = _git("status", "--porcelain", "--", "spsn_ref", "pyproject.toml")
    head = head_commit()
    if kind == "virtualenv":
        if changed:
            print("note: spsn_ref has uncommitted changes; the commit is measured, without them")
        return ["HEAD^!"]
    if changed:
        raise DriverError(
            "spsn_ref has uncommitted changes, and the installed one would be saved under the "
            "name of the commit; commit first, or use --environment virtualenv"
        )
    return ["--environment", f"existing:{sys.executable}", "--set-commit-hash", head]
