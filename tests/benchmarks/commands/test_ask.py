"""What `ask` says of other commands."""

from benchmarks.cases.case import Case
from benchmarks.commands.ask import _size
from reports.commands.ask import ask


def test_the_hint_asks_the_report_for_the_same_size():
    question = Case("ask", "", "cuda", 500, 16, 256, 3, "bfloat16")
    told = ask.make_context("ask", _size(question).split()).params
    for name in ("time_steps", "batch", "units", "depth", "dtype", "device"):
        assert told[name] == getattr(question, name)
