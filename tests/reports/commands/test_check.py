"""The commands `check` and `index`: what stands in the way of publishing, and where pages are."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from reports.commands.report import main

ROOT = Path(__file__).parents[3]


def invoke(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def seconds(flags=0, runs=3):
    def measure(suite, case):
        samples = [1.0 + n / 100 for n in range(2 * runs) for _ in range(2)]
        numbers = [float(n // 4 + 1) for n in range(4 * runs)]
        record = {"status": 0, "flags": flags, "forward": samples, "forward_backward": samples}
        rounds = [float(n // 2 % 2 + 1) for n in range(4 * runs)]
        return record | {"run": numbers, "round": rounds}

    return measure


@pytest.fixture
def published(tree, tmp_path, monkeypatch):
    """Write a tree of one machine, with a journal."""
    monkeypatch.setitem(tree.UNITS, "flags", "1: noisy; 16: machine busy")

    def write(measure, journal=True, **facts):
        suites = {"depth": tree.params(["LIF/loop", "SPSN-SB/scan"])}
        file = tree.result_file("toybox", suites, measure, **facts)
        root = tree.write(tmp_path / "results", suites, [file])
        (result,) = (p for p in (root / "toybox").glob("*.json") if p.name != "machine.json")
        told = {
            **{"version": 1, "run": 1, "profile": "quick", "suites": ["depth"], "provenance": {}},
            "commit": json.loads(result.read_text())["commit_hash"],
            "references": [{"at": "2026-11-26T17:03:05+00:00", "suite": "depth", "time_steps": 1,
                            "batch": 1, "units": 1, "seconds": {"copy": 0.01}}],
        }  # fmt: skip
        if journal:
            (root / "toybox" / "sweeps").mkdir()
            (root / "toybox" / "sweeps" / "a.json").write_text(json.dumps(told))
        return root

    return write


def test_three_quiet_runs_with_a_journal_can_be_published(published):
    done = invoke("check", published(seconds()))
    assert done.output == "nothing stands in the way of publishing them\n"
    assert done.exit_code == 0


def test_one_run_is_advice(published):
    done = invoke("check", published(seconds(runs=1)))
    assert done.exit_code == 0
    assert re.search(r"advice: toybox, depth, \w{8}: measured in 1 of 3 runs", done.output)


@pytest.mark.parametrize(
    ("measure", "changes", "told"),
    [
        (seconds(flags=16), {}, "100% of its rows are flagged 'machine busy'"),
        (seconds(), {"journal": False}, "no journal tells on which processor"),
    ],
)
def test_what_is_to_be_mended_fails(published, measure, changes, told):
    done = invoke("check", published(measure, **changes))
    assert done.exit_code == 1
    assert told in done.output


def test_a_damaged_file_is_told_with_its_remedy(published):
    root = published(seconds())
    (root / "toybox" / "sweeps" / "a.json").write_text("{")
    done = invoke("check", root)
    assert done.exit_code == 1
    assert "toybox/sweeps/a.json: " in done.output


def test_an_environment_named_after_a_folder_is_told(published):
    root = published(seconds())
    (result,) = (p for p in (root / "toybox").glob("*.json") if p.name != "machine.json")
    content = json.loads(result.read_text())
    name = "existing-py_home_someone_bin_python3"
    result.with_name(f"6d115e37-{name}.json").write_text(json.dumps(content | {"env_name": name}))
    result.unlink()
    done = invoke("check", root)
    assert done.exit_code == 1
    assert "holds a path of a machine" in done.output


def test_the_committed_machines_have_an_index(tmp_path):
    folder = tmp_path / "published"
    for name in ("epyc-2core", "nvidia-h200"):
        (folder / name).mkdir(parents=True)
        source = ROOT / "reports" / "published" / name / "verdict.csv"
        (folder / name / "verdict.csv").write_text(source.read_text())
    (folder / "paper").mkdir()
    (folder / "paper" / "index.html").touch()
    assert invoke("index", "--tables", folder).exit_code == 0
    page = (folder / "index.html").read_text()
    assert page.count('/index.html"') == 3
    assert 'href="paper/index.html"' in page
    assert "nvidia-h200 (cuda)" in page
    assert re.search(r'<td class="tight">\d{4}-\d\d-\d\d</td>', page)
    assert invoke("index", "--tables", tmp_path / "nowhere").exit_code == 2
