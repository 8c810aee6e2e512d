"""What the page loads is pinned, and nothing else is taken for it."""

import re
from dataclasses import replace

import pytest

from benchmarks.drive.dashboard import packages
from benchmarks.drive.dashboard.packages import PackageError, fetch, pinned, unpack


def test_another_archive_is_refused(tmp_path):
    with pytest.raises(PackageError, match=r"jquery@3\.3\.1 has the hash sha512-"):
        unpack(pinned()[0], b"something else", tmp_path / "jquery.tgz")


def test_every_package_is_pinned_with_its_licence():
    for package in pinned():
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package.integrity)
        assert package.licence == "MIT"
        assert any(re.search("LICENSE|package.json", name) for name in package.beside)


def test_without_npm_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(PackageError, match="install npm"):
        fetch(pinned()[0])


def test_what_npm_cannot_fetch_is_named(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'no such version' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(packages.shutil, "which", lambda name: str(npm))
    with pytest.raises(PackageError, match=r"cannot fetch jquery@0: no such version"):
        fetch(replace(pinned()[0], version="0"))
