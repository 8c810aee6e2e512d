"""The kernels compile for GPUs that are not here: types, which the interpreter lets pass."""

import inspect
from itertools import cycle, product

import pytest

pytest.importorskip("triton", reason="needs triton: pip install triton")

from triton.compiler import ASTSource

from spsn_ref._triton.compiled import compile_for
from spsn_ref._triton.kernels import hidden, lif
from spsn_ref._triton.kernels.walk import walk

if "constexprs" not in inspect.signature(ASTSource).parameters:
    pytest.skip("needs triton 3.3 to compile by hand", allow_module_level=True)

# LAW, FIRE, HAS_INPUT, HAS_GRAD_MEMBRANE, ENDS_ONLY, BACKWARDS
WALKS = [
    (0, 0, True, False, False, False),
    (0, 0, True, False, True, True),
    (0, 1, True, False, False, False),
    (0, 2, True, False, True, False),
    (0, 2, True, False, False, False),
    (1, 0, True, False, False, True),
    (1, 0, True, True, True, True),
    (2, 0, True, True, False, True),
    (2, 0, True, False, True, True),
]
# START, END, PLACED, SHIFT
STATELESS = (False, False, False, 0)
STATES = [(False, True, False, 0), *((True, shift > 1, True, shift) for shift in (1, 0, 3, 2))]


def compile_for_hopper(kernel, element, constants, ones=()):
    return compile_for(kernel, element, constants, 90, ones).asm["ptx"]


def with_states(variants):
    """Return each variant twice, without a state and with one; the states take turns."""
    states = cycle(STATES)
    return [(values, state) for values in variants for state in (STATELESS, next(states))]


def stateful(values):
    return dict(zip(("START", "END", "PLACED", "SHIFT"), values, strict=True))


@pytest.fixture(autouse=True)
def fresh_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))


@pytest.mark.parametrize(
    ("element", "ones"), [("fp32", ()), ("bf16", ("lanes",)), ("fp32", ("steps", "segments"))]
)
def test_the_filter(element, ones):
    names = ("LAW", "FIRE", "HAS_INPUT", "HAS_GRAD_MEMBRANE", "ENDS_ONLY", "BACKWARDS")
    for k, (values, state) in enumerate(with_states(WALKS)):
        constants = dict(zip(names, values, strict=True))
        constants |= {"COUNT": k % 3 != 2 and constants["FIRE"] > 0, "BLOCK": 64}
        assert compile_for_hopper(walk, element, constants | stateful(state), ones)


@pytest.mark.parametrize(("element", "ones"), [("fp32", ()), ("bf16", ("lanes", "steps"))])
def test_the_lif(element, ones):
    for printed, present, start in product((True, False), repeat=3):
        end = start != present
        shared = {"PRINTED": printed, "BLOCK": 32, "START": start}
        forward = {**shared, "KEEP": present, "END": end}
        assert compile_for_hopper(lif.forward, element, forward, ones)
        grads = {"HAS_GRAD_SPIKES": present, "HAS_GRAD_MEMBRANE": not present, "BEFORE": end}
        assert compile_for_hopper(lif.backward, element, {**shared, **grads}, ones)


@pytest.mark.parametrize(("element", "ones"), [("fp32", ()), ("bf16", ("lanes",))])
def test_neurons_without_a_membrane(element, ones):
    shared = {"AHEAD": 16, "FAR": 64, "BLOCK": 32}
    variants = with_states(product((1, 2, 3), (False, True)))
    # Ten seconds each: every one in one of the two dtypes; in 16 bits those with a state.
    wide = element == "fp32"
    for (law, ends_only), state in variants[::2] if wide else variants[1::2]:
        constants = {**shared, "LAW": law, "ENDS_ONLY": ends_only, **stateful(state)}
        given = {name: constants[name] for name in constants if name not in ("PLACED", "SHIFT")}
        assert compile_for_hopper(hidden.adjoint, element, given, ones)
        if law < 3:
            constants |= {"COUNT": law == 1, "APPROXIMATE": True}
            assert compile_for_hopper(hidden.spsn, element, constants, ones)
    for far, start, end in product((0, 64), (False, True), (False, True)):
        if (start == end) != wide:
            continue
        constants = {"AHEAD": 16, "FAR": far, "BLOCK": 32, "START": start, "END": end}
        constants |= {"APPROXIMATE": True}
        assert compile_for_hopper(hidden.lif, element, constants, ones)
