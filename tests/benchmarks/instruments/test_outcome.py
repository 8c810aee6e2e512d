"""The legends of outcomes, as results hold them."""

from benchmarks.instruments.outcome import Flag, Status, legend


def test_legends_spell_out_every_outcome():
    assert legend(Status).startswith("0: ok; 1: out of memory; 2: time budget; 3: not available")
    assert legend(Flag) == (
        "1: noisy; 2: few samples; 4: not warmed up; 8: inexact as published; "
        "16: machine busy; 32: throttled; 64: clock capped; 128: few rounds; 256: measured alone; "
        "512: not compared; 1024: l2 warm; 2048: mixed nodes"
    )
