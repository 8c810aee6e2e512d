"""Other libraries on the page."""

from asv_golden import LAYERS

from reports.pages.peers import peer_tables
from reports.read.tree import load
from reports.tables.exponents import exponents
from reports.tables.measurements import measurements
from reports.tables.peers import peers


def test_the_page_shows_each_layer_once_and_each_case(libraries):
    rows = measurements(libraries)
    (place,) = peer_tables(peers(libraries, rows), exponents(rows))
    assert place["name"] == "toybox (cpu)"
    side = place["side_by_side"]
    assert side["columns"][2:] == ["T = 100, batch 8", "T = 100, batch 64"]
    assert side["rows"][0][0] == "LIF/numba"
    assert sorted(row[0] for row in side["rows"]) == sorted(LAYERS[:5])
    cells = {row[0]: row[1:] for row in side["rows"]}
    assert cells["Norse-LIF/sequence"] == ["yes", "stopped", "gradient not finite"]
    assert cells["Lost-LIF/x"][1] == "cannot be installed"
    assert cells["Norse-LIF/unbind"][1] == "24.1 ms"
    # Each layer once a size, without those of a library that is not to be had.
    assert len(place["cases"]["rows"]) == 10
    assert {row[3] for row in place["cases"]["rows"]} >= {"Brian2-LIF/x, forward"}
    assert any("at least 3" in cell for row in place["cases"]["rows"] for cell in row)
    assert ["Norse-LIF/unbind", "word 2", "2.0e-07", "100%", "12.5"] in place["words"]["rows"]


def test_forward_passes_alone_stand_beside_ours(libraries):
    rows = measurements(libraries)
    (place,) = peer_tables(peers(libraries, rows), exponents(rows))
    cells = {row[0]: row[2:] for row in place["forward"]["rows"]}
    assert [*cells] == ["LIF/numba", "SPSN-SB/numba", "Brian2-LIF/x"]  # the fastest first
    assert cells["Brian2-LIF/x"] == ["2.26 ms", "2.26 ms"]
    assert cells["LIF/numba"] == ["0.752 ms", "0.752 ms"]


def test_a_layer_that_one_environment_lacks_is_shown_of_the_other(tmp_path, tree):
    """The first has more layers, and the library is not to be had there."""

    def measure(of_library):
        def cell(suite, case):
            name = case["neuron_method"]
            if name.startswith("Brian2") != of_library and not name.startswith("LIF"):
                return {} if of_library else {"status": 3, "flags": 0, "why_not": 3}
            seconds = [0.01 * (1 + i / 1000) for i in range(6)]
            found = {"status": 0, "flags": 0, "forward": seconds, "round": [1, 1, 2, 2, 3, 3]}
            return {**found, "backward": seconds, "forward_backward": seconds}

        return cell

    suites = {"peers": tree.params(LAYERS)}
    files = [tree.result_file("toybox", suites, measure(alone)) for alone in (False, True)]
    files[1]["env_name"] = "virtualenv-py3.11-brian2"
    results = load(tree.write(tmp_path / "two", suites, files))
    rows = measurements(results)
    (place,) = peer_tables(peers(results, rows), exponents(rows))
    cells = {row[0]: row[2] for row in place["side_by_side"]["rows"]}
    assert cells["Brian2-LIF/x"] == "10.0 ms"


def test_without_peers_there_is_no_table(small):
    rows = measurements(load(small.root))
    assert peer_tables(peers(load(small.root), rows), exponents(rows)) == []


def test_the_growth_of_each_layer_stands_beside_it(tmp_path, tree):
    def measure(suite, case):
        steps = case["time_steps"]
        linear = 1e-5 * steps
        quadratic = 1e-7 * steps**2 if case["neuron_method"] == "Norse-LIF/sequence" else 0
        back = [(linear + quadratic) * (1 + i / 1000) for i in range(6)]
        return {
            "status": 0,
            "flags": 0,
            "forward": [linear] * 6,
            "backward": back,
            "forward_backward": [linear + b for b in back],
            "round": [1, 1, 2, 2, 3, 3],
        }

    suites = {"peers": tree.params(LAYERS[:4], times=[100, 316, 1000, 3162])}
    files = [tree.result_file("toybox", suites, measure) for _ in range(2)]
    files[1]["env_name"] = "virtualenv-py3.11-norse1.1.0"
    results = load(tree.write(tmp_path / "growing", suites, files))
    rows = measurements(results)
    (place,) = peer_tables(peers(results, rows), exponents(rows))
    answers = [(f"{row[1]}/{row[2]}", row[4]) for row in place["growth"]["rows"]]
    assert sorted(answers) == sorted(
        (name, "yes" if name == "Norse-LIF/sequence" else "no") for name in LAYERS[:4]
    )


def test_a_report_of_peers_alone_has_their_table_and_page(libraries, run, tmp_path):
    done = run(libraries.root, tmp_path / "out")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "index.html").read_text()
    assert "Other libraries beside ours" in page
    assert "Norse-LIF/unbind" in page
    assert (tmp_path / "out" / "peers.csv").read_text().startswith("machine,device,commit,neuron")


def test_a_report_without_peers_does_not_speak_of_them(report):
    assert "Other libraries beside ours" not in (report.out / "index.html").read_text()
    assert (report.out / "peers.csv").read_text().count("\n") == 1
