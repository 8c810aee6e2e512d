"""Epochs of training on the page."""

import html
import re


def test_the_page_tables_and_draws_them(epochs):
    page = html.unescape((epochs.out / "index.html").read_text())
    table = page.partition('aria-label="An epoch of training"')[2].partition("</table>")[0]
    lines = [
        re.findall(r"<td[^>]*>(.*?)(?=<td|</t)", line)
        for line in table.splitlines()
        if "<td" in line
    ]
    assert len(lines) == 11  # one of twelve was stopped
    (fused,) = [row for row in lines if row[0] == "100" and row[2] == "SPSN-SB/numba"]
    assert fused[3] == "1.25 [1.25, 1.25]"
    assert fused[4:8] == ["0.250", "1.00", "3.00", "19.5"]
    assert fused[8].startswith("16.2× [")
    assert fused[9].startswith("6.60× [")
    assert re.fullmatch(r"1\.80× \[.*\]† \(numba\)", fused[10])
    (stopped,) = [row for row in lines if row[0] != "100" and row[2] == "SPSN-SB/numba"]
    assert stopped[8] == "at least 5.84×"
    assert re.fullmatch(r"1\.98× \[.*\]† \(numba\)", stopped[10])
    assert "over LIF/published_loop, T = 100, batch 64, numba, synthetic data" in page
    for kind in ("svg", "png"):
        assert list(epochs.out.glob(f"plots/*/training_epoch-epoch.{kind}"))
    assert "no axis was varied" not in page
