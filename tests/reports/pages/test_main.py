"""The page and the pictures."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

REPOSITORY = Path(__file__).parents[3]
SENTENCE = (
    r"On toybox \(cpu\), at T = 1\s000 and batch 1, forward and backward, SPSN-SB \(scan\) is at "
    r"least 299× as fast as the LIF loop as published and 10\.0× \[9\.\d+, 10\.0\]† as fast as a "
    r"fair LIF loop \(O\(T\) backward\); of 4 cases, the fastest neuron without a reset, against "
    r"the fastest with one, is faster in 2, slower in 2; it is slower most clearly at T = \S+ and "
    r"batch 64: SPSN-SB \(scan\) runs at 0\.500× \[0\.49\d, 0\.50\d\] the speed of LIF \(loop\)\."
)


@pytest.fixture(scope="module")
def page(report):
    return (report.out / "index.html").read_text(encoding="utf-8")


def test_the_first_sentence_is_the_finding_with_its_interval(page, report):
    body = page[page.index("<body>") :]
    first = re.search(r">\s*([^<>\s][^<>]*)<", body)
    assert first is not None
    assert re.fullmatch(SENTENCE, first[1])
    assert re.fullmatch(SENTENCE, report.done.stdout.splitlines()[0])
    assert report.done.exit_code == 0


def test_the_page_needs_no_network(page):
    assert not re.search(r"<(link|iframe|object|embed)\b|<script[^>]*\bsrc", page)
    assert not re.search(r"@import|url\(", page)
    assert "http:" not in page
    assert "https:" not in page
    for target in re.findall(r'src="([^"]*)"', page):
        kind, _, picture = target.partition(",")
        assert kind == "data:image/svg+xml"
        assert ElementTree.fromstring(unquote(html.unescape(picture))).tag.endswith("svg")


def test_what_may_run_is_named_by_its_hash(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert len(hashes) == 4
    assert policy[1].endswith("; script-src " + " ".join(f"'sha256-{h}'" for h in hashes))
    assert not re.search(r"<[^>]*\son[a-z]+=", page)


def test_the_charts_hold_every_series(page):
    charts = page[page.index('<div class="explore"') :]
    data = re.search(r'<script type="application/json">(.*?)</script>', charts, re.DOTALL)
    assert data is not None
    charts = {chart["title"]: chart for chart in json.loads(data[1])}
    chart = charts["forward + backward: sequence_length, batch 1"]
    assert chart["unit"] == "ms"
    named = {series["name"]: series["points"] for series in chart["series"]}
    assert set(named) == {
        *("LIF/published_loop", "LIF/loop", "SPSN-SB/scan", "SPSN-SB/published_fft", "ReLU/eager")
    }
    assert len(named["LIF/published_loop"]) == 1  # the other was stopped
    steps, median, low, high, flags = named["LIF/loop"][1]
    assert (chart["letter"], steps, median) == ("T", 1000, 1002.0)
    assert 1000 <= low < median < high <= 1004
    assert flags == "noisy; few samples"


def test_every_link_leads_to_a_file_or_a_place_on_the_page(page, report):
    targets = re.findall(r'href="([^"]*)"', page)
    assert {"measurements.csv", "speedup.csv", "hardware.csv"} <= set(targets)
    places = {target[1:] for target in targets if target.startswith("#")}
    assert places <= set(re.findall(r'id="([^"]*)"', page))
    assert all((report.out / target).is_file() for target in targets if target[0] != "#")


def test_every_picture_has_words(page):
    alts = re.findall(r'<img src="[^"]*" alt="([^"]*)"', page)
    assert len(alts) == 6
    assert all("toybox (cpu)" in alt for alt in alts)


def test_pictures_are_written_in_both_forms(report):
    folder = report.out / "plots" / "1-toybox-cpu"
    names = {f"sequence_length-{n}" for n in ("time", "speedup", "memory", "spikes")}
    names |= {"verdict-map", "verdict-ratio"}
    assert {p.stem for p in folder.glob("*.png")} == names
    assert {p.stem for p in folder.glob("*.svg")} == names
    assert all(p.read_bytes().startswith(b"\x89PNG") for p in folder.glob("*.png"))
    assert [p.name for p in (report.out / "plots").iterdir()] == ["1-toybox-cpu"]


def test_the_paper_stands_beside_the_measured(page):
    for text in ("4\u00a0000×", "286.72 s", "45.8×", "24.4×", "10.4×", "at least 299×"):
        assert text in page


def test_cases_without_a_number_and_commits_are_listed(page):
    for text in ("time budget: stopped after 30 s", "crashed: asv recorded no status", "a" * 40):
        assert text in page


def test_a_second_rendering_is_identical(report, run, tmp_path):
    assert run(report.results, tmp_path).exit_code == 0
    files = [p.relative_to(report.out) for p in report.out.rglob("*") if p.is_file()]
    assert [f for f in files if (tmp_path / f).read_bytes() != (report.out / f).read_bytes()] == []


def test_no_ratio_at_all_is_said(tmp_path, tree, run):
    suites = {"batch_size": tree.params(["LIF/loop"], batches=[1, 2])}
    data = tree.result_file("m", suites, lambda s, c: {"status": 0, "forward_backward": [1.0, 1.0]})
    done = run(tree.write(tmp_path / "r", suites, [data]), tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout.startswith("On m (cpu) no speed-up of SPSN-SB over LIF can be stated")
    assert "no speed-up over LIF to draw" in (tmp_path / "out" / "index.html").read_text()


def test_the_page_escapes_a_machine_name(evil):
    done, out = evil
    assert done.exit_code == 0
    text = (out / "index.html").read_text()
    assert "<script>alert" not in text
    assert re.findall(r"<script[^>]*>", text) == [
        *['<script type="application/json">'] * 2,
        *["<script>"] * 4,
    ]
    assert "<b>gpu" not in text
    assert "&lt;script&gt;" in text
