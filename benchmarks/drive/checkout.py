"""The checkout that is measured: its commit, and whether it was changed since."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .error import DriverError

ROOT = Path(__file__).parents[2]


def _run_git(arguments: Sequence[str], repository: Path | None = None) -> bytes:
    """Return what a git command prints.

    Raises:
        DriverError: this is no git checkout with a commit.
    """
    command = ["git", *arguments]
    try:
        done = subprocess.run(command, cwd=repository or ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        why = "there is no git in PATH" if (repository or ROOT).is_dir() else "no such folder"
        raise DriverError(f"{repository or ROOT}: {why}; install git, or name another") from None
    if done.returncode:
        raise DriverError(
            "results are named after commits, so this must be a git checkout with a commit; "
            f"git says: {done.stderr.decode(errors='replace').strip()}"
        )
    return done.stdout


def _git(*arguments: str, repository: Path | None = None) -> str:
    return _run_git(arguments, repository).decode().strip()


def head_commit() -> str:
    """Return the commit that is checked out.

    Raises:
        DriverError: this is no git checkout.
    """
    return _git("rev-parse", "HEAD")


def resolve(name: str, repository: Path | None = None) -> str:
    """Return the hash of a commit named in any of git's ways, of this checkout or another.

    Raises:
        DriverError: there is no such commit, or this is no git checkout.
    """
    arguments = ("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    try:
        return _git(*arguments, repository=repository)
    except DriverError as error:
        raise DriverError(f"{name!r} names no commit: {error}") from None


def extract(
    commit: str, folder: Path, paths: Sequence[str] = (), repository: Path | None = None
) -> None:
    """Write what a commit holds, all of it or some paths, into a folder.

    Raises:
        DriverError: there is no such commit or path, or this is no git checkout.
    """
    archive = _run_git(["archive", commit, "--", *paths], repository)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


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


def commits_of(names: str) -> list[str]:
    """Return the hashes of "A..B", the oldest first, or of the one commit that is named.

    Raises:
        DriverError: there is none, or this is no git checkout.
    """
    if ".." not in names:
        return [resolve(names)]
    first, _, last = names.partition("..")
    span = f"{resolve(first)}..{resolve(last or 'HEAD')}"
    found = _git("rev-list", "--reverse", span).split()
    if not found:
        raise DriverError(f"--commits {names}: no commit of B that A has not; name another range")
    return found


def digest(*parts: object) -> str:
    """Return a folder's name made of JSON-able parts: equal parts, equal names."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _package(root: Path) -> dict[str, str]:
    """Return the files of spsn_ref's code below `root`, by their names."""
    paths = sorted((root / "spsn_ref").rglob("*.py"))
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths}


def package_digest(root: Path) -> str:
    """Return a name of spsn_ref's code below `root`: results go under the commit that has it."""
    return digest(_package(root))


@dataclass(frozen=True)
class Measured:
    """An spsn_ref that is measured.

    Attributes:
        commit: the hash that names its results.
        date: of the commit, seconds since 1970.
        package: the digest of its files.
    """

    commit: str
    date: int
    package: str

    @classmethod
    def in_folder(cls, commit: str, folder: Path) -> "Measured":
        """Return what a commit of the checkout holds, which was written into a folder."""
        return cls(commit, commit_date(commit), package_digest(folder))


def installed() -> Measured:
    """Return the spsn_ref beside this package: HEAD's in a checkout, else a wheel's.

    A wheel does not know its commit: its results are named by a digest of its files.

    Raises:
        DriverError: it was changed since the commit that is checked out.
    """
    package = package_digest(ROOT)
    if not (ROOT / ".git").exists():
        name = hashlib.sha256(package.encode()).hexdigest()[:40]
        return Measured(name, int((ROOT / "spsn_ref/__init__.py").stat().st_mtime), package)
    if _git("status", "--porcelain", "--", "spsn_ref"):
        raise DriverError(
            "spsn_ref has uncommitted changes, and would be saved under the name of the commit; "
            "commit first, or name --commits"
        )
    head = head_commit()
    return Measured(head, commit_date(head), package)


def _demand_the_checkout_is_installed() -> None:
    """Raise unless the spsn_ref that this Python imports, as asv starts it, is the checkout's.

    Raises:
        DriverError: it cannot be imported, or is another.
    """
    # asv replaces PYTHONPATH by its own variable, and does not look in the working directory.
    environment = os.environ | {"PYTHONPATH": os.environ.get("ASV_PYTHONPATH", "")}
    done = subprocess.run(
        [sys.executable, "-c", "import spsn_ref; print(spsn_ref.__file__)"],
        cwd=sys.prefix,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    remedy = "pip install '.[bench]', or use --environment virtualenv"
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise DriverError(f"this Python cannot import spsn_ref ({reason}); {remedy}")
    folder = Path(done.stdout.strip()).parents[1]
    installed, ours = _package(folder), _package(ROOT)
    differ = [name for name in sorted({*installed, *ours}) if installed.get(name) != ours.get(name)]
    if differ:
        raise DriverError(
            f"the spsn_ref that is installed, in {folder}, is not the one of this checkout "
            f"({differ[0]} differs), under whose commit it would be saved; {remedy}"
        )


def environment_arguments(kind: str) -> list[str]:
    """Return asv's arguments for measuring HEAD; a changed spsn_ref is never passed off as it.

    Args:
        kind: "virtualenv" or "existing", see `python -m benchmarks run --help`.

    Raises:
        DriverError: this is no git checkout, or a changed or another spsn_ref would be saved under
            the name of a commit.
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
    _demand_the_checkout_is_installed()
    return ["--environment", f"existing:{sys.executable}", "--set-commit-hash", head]
