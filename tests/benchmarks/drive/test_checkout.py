"""The commit that is measured, and that it is what is installed."""

import pytest
from helpers import git

from benchmarks.__main__ import main
from benchmarks.drive import checkout
from benchmarks.drive.checkout import environment_arguments, package_digest
from benchmarks.drive.error import DriverError


def make_package(folder, text):
    (folder / "spsn_ref").mkdir(parents=True)
    (folder / "spsn_ref" / "__init__.py").write_text(text)
    return folder


@pytest.fixture
def committed(tmp_path, monkeypatch):
    """Make a repository of a package, and let asv find the package in it."""
    folder = make_package(tmp_path / "checkout", "HERE = 1\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        git(folder, *arguments)
    monkeypatch.setattr(checkout, "ROOT", folder)
    monkeypatch.setenv("ASV_PYTHONPATH", str(folder))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return folder


def test_without_a_commit_nothing_is_measured(home, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    assert main(["run", "--profile", "smoke"]) == 1
    assert "must be a git checkout with a commit" in capsys.readouterr().err


def test_without_git_the_remedy_is_named(committed, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DriverError, match="there is no git in PATH; install"):
        checkout.head_commit()


def test_a_repository_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DriverError, match="missing: no such folder"):
        checkout.resolve("HEAD", tmp_path / "missing")


def test_what_is_installed_is_saved_under_head_where_it_is_head(committed):
    assert environment_arguments("existing")[-2] == "--set-commit-hash"


def test_another_installed_package_is_not_passed_off_as_head(committed, tmp_path, monkeypatch):
    other = make_package(tmp_path / "other", "HERE = 2\n")
    monkeypatch.setenv("ASV_PYTHONPATH", str(other))
    told = r"other, is not the one of this checkout \(spsn_ref/__init__\.py differs\).*virtualenv"
    with pytest.raises(DriverError, match=told):
        environment_arguments("existing")
    assert environment_arguments("virtualenv") == ["HEAD^!"]


def test_a_commit_that_cannot_be_imported_gets_no_numbers(committed):
    (committed / "spsn_ref" / "__init__.py").write_text("import nothing_of_this_name\n")
    git(committed, "commit", "-q", "-a", "-m", "broken")
    with pytest.raises(
        DriverError, match=r"cannot import spsn_ref \(ModuleNotFoundError: .*\); pip"
    ):
        environment_arguments("existing")


def test_a_changed_package_is_not_passed_off_as_head(committed):
    (committed / "spsn_ref" / "__init__.py").write_text("HERE = 3\n")
    with pytest.raises(DriverError, match="uncommitted changes"):
        environment_arguments("existing")


def test_the_code_that_was_measured_has_a_name(tmp_path):
    (tmp_path / "spsn_ref").mkdir()
    before = package_digest(tmp_path)
    (tmp_path / "spsn_ref" / "new.py").write_text("1")
    assert package_digest(tmp_path) != before
