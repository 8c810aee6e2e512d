"""Figure 2: the loss modes."""

import html

import pytest
from paper_tree import render, run, write


@pytest.mark.parametrize(
    ("bin_", "told"),
    [(0.01, "time-step of 10 ms a membrane keeps 0.0045 %"), (0.001, None)],
)
def test_a_time_step_that_forgets_more_than_the_papers_is_told(tmp_path, bin_, told):
    short = {"bin": bin_, "tau_mem": 0.001, "tau_syn": 0.001}
    root = write(tmp_path / "results", run("LIF", "loss", **short))
    page = render(root, tmp_path / "out").page
    assert "One hidden layer, τ_syn = τ_mem = 1 ms" in page
    if told is None:
        assert "a membrane keeps" not in page
    else:
        assert f"{told} of its value, in the paper's of 1 ms 37 %." in html.unescape(page)
