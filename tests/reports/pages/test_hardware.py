"""The page of machines side by side."""

import re


def test_the_page_stands_alone_and_escapes_names(compared):
    _, root = compared
    text = (root / "out" / "index.html").read_text()
    assert text.count("<script") == 1  # our own
    assert "<b>GPU" not in text
    assert "&lt;b&gt;GPU" in text
    assert not re.search(r'(?:src|href)="https?:', text)
    assert "torch 2.13.0 / 2.14.0" in text  # what else differs
    pictures = re.findall(r'<img src="data:image/svg[^"]*" alt="([^"]+)"', text)
    written = {path.name for path in (root / "out" / "plots").iterdir()}
    assert len(written) == 2 * len(pictures)
    for link in re.findall(r'href="(plots/[^"]+)"', text):
        assert (root / "out" / link).is_file()
    for name in ("neuron-time", "neuron-bytes", "neuron-energy"):
        assert {f"{name}.png", f"{name}.svg"} <= written
    assert len([name for name in written if name.endswith("-speed.svg")]) == 2
