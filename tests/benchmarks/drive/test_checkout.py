"""The commit that is measured."""

from benchmarks.__main__ import main
from benchmarks.drive import checkout


def test_without_a_commit_nothing_is_measured(home, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    assert main(["run", "--profile", "smoke"]) == 1
    assert "must be a git checkout with a commit" in capsys.readouterr().err
