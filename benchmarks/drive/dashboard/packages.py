"""npm packages, pinned by name, version and the SHA-512 of their archive."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).parent / "packages.json"


class PackageError(Exception):
    """A package that cannot be had, or is not the one that was pinned; the message says which."""


@dataclass(frozen=True)
class Package:
    """One pinned package.

    Attributes:
        name, version: as the npm client knows them.
        licence: what the package declares, as an SPDX identifier.
        integrity: "sha512-" and the base64 of its archive's SHA-512, as npm's lock files have it.
        files: end of an address in asv's page -> the file in the package that stands for it.
        beside: more of its files: the licence, and what the files load.
    """

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]
    beside: list[str]


def pinned() -> list[Package]:
    """Return the packages of asv's page."""
    return [Package(**entry) for entry in json.loads(LIST.read_text(encoding="utf-8"))]


def fetch(package: Package) -> dict[str, bytes]:
    """Fetch a package by the npm client, from the registry that it is configured for.

    Returns:
        The contents of `files` and `beside`, by their names in the package.

    Raises:
        PackageError: There is no npm, it cannot fetch the package, or the archive is another one.
    """
    named = f"{package.name}@{package.version}"
    npm = shutil.which("npm")
    if npm is None:
        raise PackageError("the npm client fetches the scripts of the dashboard: install npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", named, "--ignore-scripts", "--silent", "--pack-destination", folder]
        # Without input and in an empty folder: no question, and no settings of a project nearby.
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or len(archives) != 1:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise PackageError(f"npm cannot fetch {named}: {''.join(said) or 'no reason given'}")
        return unpack(package, archives[0].read_bytes(), archives[0])


def unpack(package: Package, content: bytes, archive: Path) -> dict[str, bytes]:
    """Check an archive against the pinned hash, and read what is wanted of it.

    Raises:
        PackageError: Another hash, or a file that is not there.
    """
    digest = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode("ascii")
    if digest != package.integrity:
        raise PackageError(
            f"{package.name}@{package.version} has the hash {digest}, pinned is "
            f"{package.integrity}: do not use it"
        )
    found = {}
    with tarfile.open(archive) as opened:
        for name in [*package.files.values(), *package.beside]:
            try:
                file = opened.extractfile(f"package/{name}")
            except KeyError:
                file = None
            if file is None:
                raise PackageError(f"{package.name}@{package.version} holds no file {name}")
            found[name] = file.read()
    return found
