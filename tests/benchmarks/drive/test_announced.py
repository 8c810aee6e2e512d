"""What a run says before it measures, and after."""

from helpers import make_case, open_sweep

from benchmarks.cases.profiles import PROFILES
from benchmarks.cases.request import Request
from benchmarks.cases.selection import select
from benchmarks.drive.announced import announce, kept_cases, say_what_is_next


def test_a_run_says_how_long_all_of_a_profile_takes_and_what_it_downloads(capsys):
    suites = [*PROFILES["quick"].only]
    announce("quick", suites, narrowed=False, builds=True)
    told = capsys.readouterr().out
    assert f"It takes {PROFILES['quick'].takes} on 2 cores" in told
    assert "download of 2.8 GB" in told
    announce("quick", suites[:1], narrowed=False, builds=False)
    announce("quick", suites, narrowed=True, builds=False)
    told = capsys.readouterr().out
    assert "takes" not in told
    assert "download" not in told


def test_what_is_next_after_a_first_run_is_a_second_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number, told in ((1, True), (2, False)):
        say_what_is_next(number, tmp_path / "mine" / "testbed")
        shown = capsys.readouterr().out
        assert ("same command at another hour" in shown) == told
        assert "python -m reports check mine/testbed" in shown


def test_fresh_throws_the_kept_cases_away(tmp_path, capsys):
    sweep = open_sweep(tmp_path / "sweep", tmp_path / "results")
    cases = select("smoke", ["depth"], ["cpu"])
    for name in (make_case("LIF/loop", 1000, batch=8, units=128, depth=1).slug, "another"):
        (sweep.records / f"{name}.json").write_text("{}")
    assert len(kept_cases(sweep, cases)) == 1
    assert "1 of 2 cases were measured before this sweep was cut off" in capsys.readouterr().out
    sweep.open("0123abcd", {}, Request(), fresh=True)
    assert kept_cases(sweep, cases) == []
    assert capsys.readouterr().out == ""
