"""What is not a number stays in its lane and shows in its gradient; docs/methods.md says how."""

import math

import pytest
import torch

import spsn_ref
from spsn_ref import leaky_integrate, lif, spsn

TABLE = spsn_ref.methods()
LAWS = {
    "lif": ["printed", "published_code"],
    "spsn": ["sigmoid_bernoulli", "gumbel_softmax"],
    "leaky_integrate": [None],
}
# Which methods mix all of time, so that what is not finite reaches the steps before it as well.
MIXING = ("fft", "published_fft")
CASES = [
    (operation, method, law, with_membrane)
    for operation, table in TABLE.items()
    for method, status in table.items()
    for law in LAWS[operation]
    for with_membrane in ((True,) if operation == "leaky_integrate" else (True, False))
    if status == "available"
    # Each variant takes the compiler seconds.
    and (method != "compile" or with_membrane)
]
AT = 5


def run(operation, method, law, with_membrane, bad, place=AT):
    """Return (output, gradient), [time, 2 lanes], of a current that is bad in lane 0."""
    current = torch.full((12, 2), 0.7)
    if place is not None:
        current[place, 0] = bad
    current.requires_grad_()
    settings = {"with_membrane": with_membrane, "method": method}
    if operation == "lif":
        output = lif(current, reset=law, **settings)[0]
    elif operation == "spsn":
        source = torch.Generator().manual_seed(0)
        output = spsn(current, firing=law, generator=source, **settings)[0]
    else:
        output = leaky_integrate(current, 0.9, 0.8, method)
    (gradient,) = torch.autograd.grad(output.sum(), current)
    return output.detach(), gradient


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("operation", "method", "law", "with_membrane"), CASES)
def test_other_lanes_are_untouched(operation, method, law, with_membrane, bad):
    expected, gradient = run(operation, method, law, with_membrane, bad, place=None)
    found, slope = run(operation, method, law, with_membrane, bad)
    assert gradient.isfinite().all()
    assert torch.equal(found[:, 1], expected[:, 1])
    assert torch.equal(slope[:, 1], gradient[:, 1])


@pytest.mark.parametrize(("operation", "method", "law", "with_membrane"), CASES)
def test_a_nan_silences_its_lane_and_its_gradient_is_nan(operation, method, law, with_membrane):
    expected, _ = run(operation, method, law, with_membrane, math.nan, place=None)
    found, gradient = run(operation, method, law, with_membrane, math.nan)
    before = 0 if method in MIXING else AT
    assert torch.equal(found[:before, 0], expected[:before, 0])
    if operation == "leaky_integrate":
        assert found[before:, 0].isnan().all()
        assert gradient.isfinite().all()  # it is linear: its gradient does not depend on the input
        return
    assert (found[before:, 0] == 0).all()
    assert gradient[:, 0].isnan().all()


@pytest.mark.parametrize("bad", [math.inf, -math.inf])
@pytest.mark.parametrize(
    ("operation", "method", "law", "with_membrane"),
    # The integrator is linear.
    [case for case in CASES if case[0] != "leaky_integrate"],
)
def test_an_infinity_gives_the_gradient_of_the_loop_or_none(
    operation, method, law, with_membrane, bad
):
    _, expected = run(operation, "loop", law, with_membrane, bad)
    _, gradient = run(operation, method, law, with_membrane, bad)
    if (method, law) == ("numba", "gumbel_softmax"):
        # Before the infinity it depends on the numbers drawn, which are its own.
        expected, gradient = expected[AT:], gradient[AT:]
    # Of what is kept in 16 bits, no slope is off by more than 1.6e-5.
    close = {"rtol": 1e-4, "atol": 1e-8 if with_membrane else 1e-4}
    same = torch.allclose(gradient[:, 0], expected[:, 0], equal_nan=True, **close)
    assert same or not gradient[:, 0].isfinite().all()


def test_what_the_loop_does_with_infinities():
    for law in LAWS["lif"]:
        spikes, gradient = run("lif", "loop", law, True, math.inf)
        # It fires once, and the reset makes a NaN of the membrane: 0 times infinity.
        assert torch.equal(spikes[:, 0], torch.eye(12)[AT])
        assert gradient[:, 0].isnan().all()
        spikes, gradient = run("lif", "loop", law, True, -math.inf)
        assert (spikes[AT:, 0] == 0).all()
        assert gradient[:AT, 0].isnan().all()
    for law in LAWS["spsn"]:
        for bad, fires in ((math.inf, 1), (-math.inf, 0)):
            spikes, gradient = run("spsn", "loop", law, True, bad)
            assert (spikes[AT:, 0] == fires).all()
            # Certain of its spikes: their slope is 0.
            assert (gradient[AT:, 0] == 0).all()
            assert gradient[:, 0].isfinite().all()
