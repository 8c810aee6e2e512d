"""What the kernels' machine code consists of: read by hand, and within bounds on each GPU."""

import pytest

pytest.importorskip("triton", reason="needs triton: pip install triton")


from spsn_ref._triton import compiled
from spsn_ref._triton.compiled import ToolError, _loads, instructions, largest_loop

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
    assert _loads(body) == (2, 2)  # R8 at once, R4 at the end
    assert _loads([line for line in body if "MOV" not in line]) == (2, 1)


def test_a_load_that_is_overwritten_first_is_not_waited_for():
    assert _loads(["LDG.E R4, [R2.64]", "MOV R4, R5", "FADD R6, R4, R4"]) == (1, 0)
    assert _loads(["LDG.E R4, [R2.64]", "FADD R4, R4, R5"]) == (1, 1)


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
