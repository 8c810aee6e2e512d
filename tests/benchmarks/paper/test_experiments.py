"""Which runs a figure needs: every cell of the paper, each run once."""

import dataclasses

import pytest

from benchmarks.paper import scales
from benchmarks.paper.experiments import (
    FIGURES,
    LOSSES,
    THETAS,
    TRAINED,
    all_trainings,
    trainings,
)
from spsn_ref.training import Settings

SPEAKERS = [0, 1, 2]


FULL = scales.SCALES["full"]


def settings(figure, scale=FULL, base="augmented"):
    return {run.name: Settings(**scale.of(run)) for run in trainings(figure, SPEAKERS, base)}


def test_full_runs_are_table_i_with_ten_repeats():
    plain = Settings(repeats=10)
    for name, chosen in settings("table2").items():
        as_table_i = dataclasses.replace(
            plain, neuron=chosen.neuron, augment=chosen.augment, theta=chosen.theta
        )
        assert chosen == as_table_i, name
    assert (plain.epochs, plain.batch_size, plain.learning_rate) == (200, 64, 0.001)
    assert (plain.tau_mem, plain.tau_syn, plain.bin, plain.hidden) == (
        0.02,
        0.02,
        0.001,
        (128,) * 3,
    )


def test_table_ii_has_every_cell_of_the_paper():
    cells = {(s.neuron, s.augment, s.theta) for s in settings("table2").values()}
    assert cells == {
        *((n, a, None) for n in ("LIF", "SPSN-SB", "SPSN-GS", "ReLU") for a in (True, False)),
        ("SPSN-SB", True, 0.4),
        ("SPSN-GS", True, 0.1),
    }
    assert set(settings("3")) < set(settings("table2"))


def test_figure_4_has_the_paper_s_thetas():
    assert THETAS == (0.01, 0.03, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6)
    regularised = [s for s in settings("4").values() if s.theta is not None]
    assert sorted(s.theta for s in regularised if s.neuron == "SPSN-SB") == sorted(THETAS)
    assert sorted(s.theta for s in regularised if s.neuron == "SPSN-GS") == sorted(THETAS)
    assert set(settings("regularised")) < set(settings("4"))
    assert {(s.neuron, s.theta) for s in settings("regularised").values()} == {
        *(("SPSN-SB", theta) for theta in (None, 0.4, 0.2)),
        *(("SPSN-GS", theta) for theta in (None, 0.1, 0.2)),
    }


def test_figure_2_has_three_loss_modes_on_one_layer_with_short_constants():
    chosen = settings("2").values()
    assert {(s.neuron, s.loss) for s in chosen} == {
        (n, mode) for n in ("LIF", "SPSN-SB", "SPSN-GS") for mode in LOSSES
    }
    assert {(s.hidden, s.tau_syn, s.tau_mem) for s in chosen} == {((128,), 0.001, 0.001)}


def test_figure_6_tests_ten_times():
    assert {run.trials for run in trainings("6", SPEAKERS)} == {10}


@pytest.mark.parametrize(("base", "augmented"), [("augmented", True), ("basic", False)])
def test_the_regulariser_is_alone_in_what_it_changes(base, augmented):
    for figure in ("4", "regularised"):
        chosen = settings(figure, FULL, base).values()
        plain = {s.neuron: s for s in chosen if s.theta is None}
        for s in chosen:
            assert s.augment is augmented
            assert dataclasses.replace(s, theta=None) == plain[s.neuron]


def test_a_rate_is_judged_by_recordings_that_are_not_trained_on_nor_those_of_the_test():
    for name, scale in scales.SCALES.items():
        chosen = [
            Settings(**scale.of(run))
            for run in trainings("rates", SPEAKERS, scale.base, rates=scale.rates)
        ]
        tried = {(s.neuron, s.learning_rate) for s in chosen}
        assert tried == {(n, r) for n in ("LIF", "SPSN-SB", "SPSN-GS", "ReLU") for r in scale.rates}
        assert {s.validation for s in chosen} == {0.2}, name
        of_runs = {Settings(**scale.of(run)).learning_rate for run in trainings("3", SPEAKERS)}
        assert of_runs <= set(scale.rates)


def test_each_speaker_is_left_out():
    left = {(s.neuron, s.leave_out_speaker) for s in settings("speakers").values()}
    assert left == {(n, s) for n in ("SPSN-SB", "SPSN-GS") for s in SPEAKERS}


def test_all_figures_name_each_run_once_and_keep_its_trials():
    assert set(FIGURES) - set(TRAINED) == {"1c", "5"}
    runs = all_trainings(TRAINED, SPEAKERS)
    assert len({run.name for run in runs}) == len(runs)
    assert len({Settings(**FULL.of(run)) for run in runs}) == len(runs)
    assert {run.neuron for run in runs if run.trials == 10} == {"SPSN-SB", "SPSN-GS"}


@pytest.mark.parametrize("figure", TRAINED)
@pytest.mark.parametrize("scale", ["coarse", "quick"])
def test_smaller_runs_differ_in_how_much_and_not_in_what(figure, scale):
    small = scales.SCALES[scale]
    for name, quick in settings(figure, small, small.base).items():
        full = settings(figure, FULL, small.base)[name]
        for what in ("neuron", "augment", "theta", "loss", "leave_out_speaker", "hidden"):
            assert getattr(quick, what) == getattr(full, what)
        assert quick.epochs < full.epochs
        assert quick.repeats < full.repeats
