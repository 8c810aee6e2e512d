import math

import pytest
import torch

from benchmarks.measure import continuous
from benchmarks.measure.comparison import same_trains
from benchmarks.workloads.layers import random_current
from spsn_ref import NeuronParameters, lif

P = NeuronParameters()
TAU = -1 / math.log(P.beta)
# A current of this size lifts the membrane to exactly one, a time constant later.
REACHES_ONE = math.e * P.beta / ((1 - P.beta) * TAU)


@pytest.mark.parametrize(("times", "crossings"), [(0.999, 0), (1.001, 1)])
def test_a_current_that_just_reaches_the_threshold_fires_once_near_the_peak(times, crossings):
    current = torch.zeros(60, 1, 1, dtype=torch.float64)
    current[3] = times * REACHES_ONE
    found = continuous.lif(current, P)
    assert found.sum() == crossings
    if crossings:
        # (t / tau) exp(1 - t / tau) = 1 / 1.001, before the peak: by bisection.
        low, high = 0.0, TAU
        for _ in range(60):
            middle = (low + high) / 2
            rises = middle / TAU * math.exp(1 - middle / TAU) < 1 / times
            low, high = (middle, high) if rises else (low, middle)
        assert found.flatten().nonzero().item() == math.floor(3 + low)


def test_a_huge_current_fires_several_times_in_one_time_step():
    current = torch.zeros(2, 1, 1, dtype=torch.float64)
    current[0] = 20 * REACHES_ONE
    assert continuous.lif(current, P)[0].item() > 1


@pytest.mark.parametrize(
    ("crosses", "counted", "right"),
    [(5.005, 4, True), (5.005, 6, False), (4.995, 5, True), (5.02, 4, False), (5.5, 5, True)],
)
def test_a_crossing_next_to_a_time_step_may_be_counted_on_either_side(crosses, counted, right):
    current = torch.zeros(9, 1, 1, dtype=torch.float64)
    current[0] = REACHES_ONE / (crosses / TAU * math.exp(1 - crosses / TAU))
    exact = continuous.lif(current, P).flatten()
    assert exact.nonzero().flatten().tolist() == [math.floor(crosses)]
    spikes = torch.zeros(9, 1, 1)
    spikes[counted] = 1.0
    assert continuous.same_trains(spikes, current, P).item() is right


def test_a_spike_too_many_or_too_few_is_wrong():
    current = random_current((300, 2, 4), torch.device("cpu"), torch.Generator().manual_seed(2))
    spikes = continuous.lif(current.double(), P)
    assert continuous.same_trains(spikes, current.double(), P).all()
    first = int(spikes[:, 0, 0].nonzero()[0])
    for changed in (first, int((spikes[:, 0, 0] == 0).nonzero()[0])):
        other = spikes.clone()
        other[changed, 0, 0] = 1 - other[changed, 0, 0]
        found = continuous.same_trains(other, current.double(), P)
        assert not found[0, 0]
        assert found.sum() == 7


def test_it_is_what_small_steps_of_the_differential_equations_give():
    current = random_current((100, 4, 8), torch.device("cpu"), torch.Generator().manual_seed(0))
    current = current.double()
    fine = 1000
    u, i = torch.zeros(2, 4, 8, dtype=torch.float64)
    expected = torch.zeros_like(current)
    for step, x in enumerate((1 - P.beta) * TAU / P.beta * current):
        i = i + x
        for _ in range(fine):
            u, i = u + (i - u) / TAU / fine, i - i / TAU / fine
            fires = u > P.threshold
            expected[step][fires] += 1
            u[fires] = 0.0
    found = continuous.lif(current, P)
    assert found.sum() > 50
    assert same_trains(found, expected).double().mean() >= 0.9


def test_it_fires_about_as_often_as_the_neuron_in_time_steps():
    current = random_current((500, 4, 8), torch.device("cpu"), torch.Generator().manual_seed(1))
    ours = lif(current.double(), P, "loop", "published_code")[0].sum()
    assert continuous.lif(current.double(), P).sum() == pytest.approx(ours.item(), rel=0.1)
