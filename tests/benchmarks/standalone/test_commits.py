"""Two commits in turns: what is measured of which tree, what is said, and when it fails."""

import json
import math

import pytest
from helpers import git, make_case, one_round

from benchmarks.__main__ import main
from benchmarks.cases.budget import Budget
from benchmarks.drive.error import DriverError
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.standalone.compare import rounds as in_turns
from benchmarks.standalone.compare.rounds import measure
from benchmarks.standalone.compare.sides import Side, sides_of
from benchmarks.standalone.compare.verdict import compared, judge, suspected

NEURON = """
import time
import torch
from torch import nn


class Slow(nn.Module):
    def forward(self, current):
        time.sleep({seconds})
        return torch.sigmoid(current)


def neuron(units):
    return Slow()
"""
CASE = make_case("lib.bench:neuron/custom", 20, "neuron", depth=0)
# No precision: three rounds, whatever they find.
SHORT = Budget(seconds=0.3, limit=120, least=2, most=12, rounds=3)


@pytest.fixture
def library(tmp_path):
    """Make a repository of a library below `src`, whose second commit is twice as slow."""
    folder = tmp_path / "library"
    package = folder / "src" / "lib"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    git(folder, "init", "-q")
    for seconds in (0.01, 0.02):
        (package / "bench.py").write_text(NEURON.format(seconds=seconds))
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "all")
    return folder


def rounds_of(*pairs):
    """Return the rounds of a case, given the seconds at either side."""
    sides = zip(*pairs, strict=True)
    return tuple([one_round([second] * 3) for second in side] for side in sides)


def test_each_side_is_measured_from_its_own_tree(library):
    with sides_of(["HEAD~1", "HEAD"], "lib", library) as sides:
        assert [side.commit for side in sides] == [
            git(library, "rev-parse", name).strip() for name in ("HEAD~1", "HEAD")
        ]
        *_, rounds = measure(sides, [CASE], SHORT)
        folders = [side.folder for side in sides]
    assert not any(folder.exists() for folder in folders)
    (found,) = [compared(case, [one]) for case, one in rounds.items()]
    assert found.rounds == 3
    assert found.ratio[0] == pytest.approx(2, rel=0.4)
    assert found.seconds[1] == pytest.approx(found.seconds[0] * found.ratio[0])
    assert Flag(found.flags) & Flag.NOT_COMPARED


def test_a_package_that_a_commit_lacks_is_not_replaced_by_an_installed_one(library):
    with (
        pytest.raises(DriverError, match="holds no spsn_ref, at its top or in src"),
        sides_of(["HEAD~1", "HEAD"], "spsn_ref", library),
    ):
        pass


def test_what_is_imported_instead_is_told(library, tmp_path):
    """A namespace package, which has no file of its own, loses to an installed one."""
    (tmp_path / "empty" / "spsn_ref").mkdir(parents=True)
    side = Side("0123abcd", "spsn_ref", tmp_path / "empty")
    with pytest.raises(DriverError, match=r"spsn_ref of commit 0123abcd is not what .* but .*init"):
        next(measure([side, side], [CASE], SHORT))


def test_a_commit_that_is_none_is_named():
    with pytest.raises(DriverError, match="no-such-name"), sides_of(["no-such-name"]):
        pass


@pytest.mark.parametrize(
    ("factors", "verdict"),
    [
        ((1.10, 1.11, 1.09, 1.10), "slower"),
        ((0.90, 0.91, 0.89, 0.90), "faster"),
        ((1.01, 1.00, 0.99, 1.00), "equivalent"),
        ((1.02, 1.021, 1.022, 1.02), "equivalent"),  # significant, and of no consequence
        ((0.80, 1.30, 1.10, 1.25), "undecided"),
    ],
)
def test_verdicts(factors, verdict):
    assert judge([math.log(factor) for factor in factors]) == verdict


def test_a_slower_case_is_so_the_second_time_too_or_it_is_undecided():
    slow = rounds_of(*((1.0, factor) for factor in (1.10, 1.11, 1.09, 1.10)))
    same = rounds_of(*((1.0, factor) for factor in (1.01, 1.0, 0.99, 1.0)))
    assert suspected({CASE: slow}) == [CASE]
    assert suspected({CASE: same}) == []
    assert compared(CASE, [slow, slow]).verdict == "slower"
    assert compared(CASE, [slow, slow]).rounds == 8
    assert compared(CASE, [slow, same]).verdict == "undecided"


def test_a_case_that_one_side_lacks_is_not_compared():
    rounds = ([one_round()], [one_round((), Status.NOT_AVAILABLE, reason="no such method")])
    found = compared(CASE, [rounds])
    assert (found.verdict, found.ratio) == ("not compared", None)
    assert found.reason == "B: not available: no such method"


def test_rounds_end_when_the_ratio_is_known_and_bursts_are_alike(monkeypatch, tmp_path):
    """One side's first round was in bursts and the other's was not: it is forgotten."""
    asked = []

    def round_of(side, tasks):
        asked.append((side, [task.in_bursts for task in tasks]))
        yield
        unlike = {"in_bursts": side == "A" and tasks[0].thorough}
        return {task.case: one_round([1.0] * 3) | unlike for task in tasks}

    monkeypatch.setattr(in_turns, "_round", round_of)
    budget = Budget(seconds=1, limit=100, rounds=12, precision=0.03)
    *_, rounds = measure(["A", "B"], [CASE], budget)
    assert [side for side, _ in asked] == [
        "A",
        "B",
        "B",
        "A",
        "A",
        "B",
        "B",
        "A",
        "A",
        "B",
        "B",
        "A",
    ]
    assert asked[0][1] == [None]
    assert asked[2][1] == [False]
    assert [len(side) for side in rounds[CASE]] == [5, 5]


@pytest.fixture
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("MKL_NUM_THREADS", "1")


def told(monkeypatch, factor):
    """Let every case of the first commit take a second, and of the second one `factor`."""

    def measured(sides, cases, budget):
        yield {case: rounds_of(*[(1.0, factor)] * 5) for case in cases}

    monkeypatch.setattr(in_turns, "measure", measured)


@pytest.mark.parametrize(("factor", "status"), [(1.1, 1), (1.0, 0), (0.9, 0)])
def test_the_command_fails_where_a_case_is_slower(
    library, monkeypatch, one_thread, capsys, factor, status
):
    told(monkeypatch, factor)
    chosen = ["--repo", str(library), "--neuron", "lib.bench:neuron", "-b", "batch=64"]
    assert main(["compare", "HEAD~1", "HEAD", *chosen, "--json"]) == status
    found = json.loads(capsys.readouterr().out)
    assert found["B"] == git(library, "rev-parse", "HEAD").strip()
    (case,) = found["cases"]
    assert (case["neuron_method"], case["batch"]) == ("lib.bench:neuron/custom", 64)
    assert case["ratio"] == pytest.approx(factor)
    assert case["verdict"] == {1.1: "slower", 1.0: "equivalent", 0.9: "faster"}[factor]


def test_the_table_in_markdown(library, monkeypatch, one_thread, capsys):
    told(monkeypatch, 1.1)
    chosen = ["--repo", str(library), "--neuron", "lib.bench:neuron", "--markdown"]
    assert main(["compare", "HEAD~1", "HEAD", *chosen]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| case | A, ms | B, ms | B / A | 95% | verdict | to know |"
    assert lines[2].startswith("| neuron lib.bench:neuron/custom cpu T=1000 batch=1 units=128 ")
    assert lines[2].endswith("| 1000 | 1100 | 1.100 | [1.100, 1.100] | slower |  |")
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-b", "("], "--bench '(' is no regular expression"),
        (["-b", "Izhikevich"], "fits no case of compare:\nneuron LIF/loop cpu T=1000 batch=1"),
        (["--repo", "."], "--repo: name by --neuron what is measured of it"),
        (["--neuron", "a:b", "c:d"], "--neuron: of one package, not of a, c"),
        (["--neuron", "a"], "--neuron 'a' names no factory"),
    ],
)
def test_nonsense_ends_with_one_line(options, said, one_thread, capsys):
    assert main(["compare", "HEAD", "HEAD", *options]) == 1
    assert said in capsys.readouterr().err


def test_the_cases_are_the_neurons_alone_of_every_kind():
    from benchmarks.__main__ import _parser
    from benchmarks.commands.compare import cases_of

    package, cases = cases_of(_parser().parse_args(["compare", "A", "B"]))
    assert package == "spsn_ref"
    assert {case.neuron for case in cases} == {"LIF", "SPSN-SB", "SPSN-GS"}
