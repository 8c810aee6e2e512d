"""What the kernels' machine code consists of: read by hand, and within bounds on each GPU."""

import pytest

pytest.importorskip("triton", reason="needs triton: pip install triton")


from spsn_ref._triton import compiled
from spsn_ref._triton.compiled import (
    ToolError,
    code,
    compile_for,
    instructions,
    largest_loop,
    loads_ahead,
)
from spsn_ref._triton.listing import kernels

LISTING = """
.text.spsn:
        /*0000*/                   LDC R1, c[0x0][0x28] ;
.L_x_0:
        /*0010*/                   IADD3 R2, R2, 0x1, RZ ;
        /*0020*/              @P0  BRA `(.L_x_0) ;
.L_x_1:
        /*0030*/                   LDG.E R4, desc[UR4][R2.64] ;
        /*0040*/                   FFMA R5, R6, R7, R5 ;
        /*0050*/                   LDG.E R8, desc[UR4][R2.64+0x4] ;
        /*0060*/                   FADD R9, R8, R5 ;
        /*0070*/                   STG.E desc[UR4][R10.64], R9 ;
        /*0080*/                   MOV R6, R4 ;
        /*0090*/              @!P1 BRA `(.L_x_1) ;
        /*00a0*/                   EXIT ;
.L_x_2:
        /*00b0*/                   BRA `(.L_x_2);
"""


def test_the_largest_loop_and_its_loads():
    body = largest_loop(instructions(LISTING))
    assert len(body) == 7
    assert loads_ahead(body) == [4, 0]  # R4 is moved at the end, R8 is added at once


def test_a_load_is_used_in_the_next_turn_or_overwritten_or_never():
    assert loads_ahead(["FADD R6, R4, R5", "LDG.E R4, [R2.64]", "IADD3 R7, R7, 0x1"]) == [1]
    assert loads_ahead(["LDG.E R4, [R2.64]", "MOV R4, R5", "FADD R6, R4, R4"]) == [3]
    assert loads_ahead(["LDG.E R4, [R2.64]", "FADD R4, R4, R5"]) == [0]
    assert loads_ahead(["LDG.E R4, [R2.64]", "STG.E [R8.64], R4"]) == [0]


def test_code_without_a_loop_is_told():
    with pytest.raises(ToolError, match="no loop"):
        largest_loop(instructions(LISTING.partition(".L_x_0")[0]))


def test_a_missing_tool_is_named(monkeypatch):
    monkeypatch.setattr(compiled.subprocess, "run", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        compiled._run("nvdisasm", "x")

    def refuse(*_, **__):
        raise OSError("no such file")

    monkeypatch.setattr(compiled.subprocess, "run", refuse)
    with pytest.raises(ToolError, match="nvdisasm, which comes with Triton, cannot be run"):
        compiled._run("nvdisasm", "x")


# Name: most instructions an element on an H100 or H200 (sm_90).
MOST = {
    "SPSN-SB forward": 47,
    "SPSN-SB backward": 34,
    "LIF forward": 27,
    "SPSN-SB forward (first pass: where segments end)": 14,
}


@pytest.mark.parametrize("name", MOST)
def test_a_kernel_stays_within_its_registers_and_instructions(name, tmp_path, monkeypatch):
    """Sixteen rows are loaded some three hundred instructions before they are used."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    (kernel,) = (one for one in kernels() if one.name == name)
    found = code(compile_for(kernel.kernel, "fp32", kernel.constants, 90), kernel.elements)
    assert found.spilled == 0
    assert found.registers <= 168  # twelve warps of a multiprocessor
    assert found.instructions <= MOST[name]
    assert found.loads >= 16
