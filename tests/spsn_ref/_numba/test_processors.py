"""Other processors than this one: what LLVM makes of the kernels there, which are not run."""

import re
from inspect import isfunction, signature

import pytest

pytest.importorskip("numba", reason="method 'numba' needs numba")

from llvmlite import binding
from numba import cfunc, types

from spsn_ref._numba.kernels import tiles, walk

ARM = [("aarch64-unknown-linux-gnu", "generic"), ("arm64-apple-macosx", "apple-m1")]


def entries(module):
    """Return what is called from outside; the rest is compiled into it."""
    return [
        value
        for name, value in vars(module).items()
        if isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ]


def assembly(code, triple, processor):
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    module = binding.parse_assembly(re.sub(r"target (triple|datalayout) = .*\n", "", code))
    module.triple = triple
    module.verify()
    machine = binding.Target.from_triple(triple).create_target_machine(processor, opt=3)
    return machine.emit_assembly(module)


@pytest.mark.parametrize("kernel", entries(tiles) + entries(walk), ids=lambda one: one.__name__)
def test_it_compiles_for_arm_and_names_no_instruction_of_x86(kernel):
    arguments = [types.intp] * len(signature(kernel).parameters)
    code = cfunc(types.void(*arguments))(kernel).inspect_llvm()
    assert "llvm.x86" not in code
    for triple, processor in ARM:
        text = assembly(code, triple, processor)
        if "llvm.fmuladd.v" in code:
            # Two float64 or four float32 at once, multiplied and added by one instruction.
            assert re.search(r"fmla(\.2d|\.4s|\s+v\d+\.(2d|4s))", text)
        # No function of the C library stands in for an instruction that Arm lacks.
        assert not re.search(r"\bbl\s+_?(fma|fmaf|exp|expf)\b", text)


def test_these_are_all_kernels():
    assert len(entries(tiles)) == 14
    assert [one.__name__ for one in entries(walk)] == ["alone", "wide", "narrow", "carry"]
