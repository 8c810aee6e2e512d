"""asv's dashboard of committed results in headless Chromium, without a network."""

import functools
import json
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
REPOSITORY = Path(__file__).parents[4]
# The lists hold a row for each parameter of each benchmark: one suite is enough to be looked at.
SUITE = "batch_size"
GRAPH = f"#{SUITE}.BatchSize.track_forward_backward"


def _twice_as_fast(content):
    """Change a result into one of the commit before it, so that asv finds regressions."""
    before = ["git", "rev-parse", f"{content['commit_hash']}~1"]
    done = subprocess.run(before, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    scaled = [
        place
        for place, name in enumerate(content["result_columns"])
        if name == "result" or name.startswith(("stats_ci", "stats_q"))
    ]
    for row in content["results"].values():
        for place in scaled:
            if place < len(row) and row[place] is not None:
                row[place] = [value and value / 2 for value in row[place]]
    content["commit_hash"] = done.stdout.strip()
    content["date"] -= 1000


def _copy_suite(results, copy):
    """Copy what asv has of one suite; as after a sweep of it alone, all others are described."""
    for path in results.glob("**/*.json"):
        content = json.loads(path.read_text())
        target = copy / path.relative_to(results)
        target.parent.mkdir(parents=True, exist_ok=True)
        if "results" in content:
            kept = {n: row for n, row in content["results"].items() if n.startswith(SUITE)}
            if not kept:
                continue
            content["results"] = kept
        target.write_text(json.dumps(content))
        if "results" in content:
            _twice_as_fast(content)
            earlier = f"{content['commit_hash'][:8]}-{path.name.partition('-')[2]}"
            target.with_name(earlier).write_text(json.dumps(content))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *told):
        pass


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    from benchmarks.drive.dashboard.publish import publish

    root = tmp_path_factory.mktemp("dashboard")
    _copy_suite(REPOSITORY / "results", root / "results")
    html = publish(root / "results", root / "html").parent
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=html))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[1280, 390])
def tab(request, watched, dashboard):
    return watched(dashboard, request.param)


def test_the_grid_shows_every_benchmark(tab, dashboard):
    tab.tab.goto(dashboard)
    tab.tab.locator("#summarygrid-display .benchmark-container").first.wait_for()
    names = tab.tab.locator("#summarygrid-display .benchmark-container").all_inner_texts()
    tracked = ("track_forward", "track_backward", "track_peak_memory", "track_spike_rate")
    for name in tracked:
        assert any(name in text for text in names)
    assert not any("track_status" in text or "track_flags" in text for text in names)
    assert tab.overflow() <= 0
    assert tab.tab.locator("img").first.get_attribute("alt")


def test_a_graph_is_drawn_and_its_filters_work_by_keyboard(tab, dashboard):
    tab.tab.goto(dashboard + GRAPH)
    tab.tab.locator("#main-graph canvas").first.wait_for()
    assert tab.overflow() <= 0
    legend = tab.tab.locator("#main-graph .legendLabel")
    legend.first.wait_for()
    before = legend.count()
    button = tab.tab.locator("#graphdisplay-navigation a.btn", has_text="SPSN-SB/scan").first
    button.focus()
    tab.tab.keyboard.press("Enter")
    tab.tab.wait_for_function(
        f"document.querySelectorAll('#main-graph .legendLabel').length != {before}"
    )


def test_every_filter_takes_the_focus(tab, dashboard):
    tab.tab.goto(dashboard + GRAPH)
    tab.tab.locator("#main-graph canvas").first.wait_for()
    buttons = "[...document.querySelectorAll('#graphdisplay-navigation a.btn')]"
    assert tab.tab.evaluate(f"{buttons}.length") > 20
    assert tab.tab.evaluate(f"{buttons}.every(b => b.tabIndex === 0)")


@pytest.mark.parametrize(("view", "row"), [("summarylist", "tbody tr"), ("regressions", "tr")])
def test_the_lists(tab, dashboard, view, row):
    tab.tab.goto(dashboard + "#/" + view)
    rows = tab.tab.locator(f"#{view}-body {row}")
    rows.nth(2).wait_for()
    assert rows.count() > 2
    assert tab.overflow() <= 0
    # The library that sorts came from a package: another order on a click.
    texts = f"[...document.querySelectorAll('#{view}-body {row}')].map(r => r.textContent).join()"
    before = tab.tab.evaluate(texts)
    tab.tab.locator(f"#{view}-body th").first.click()
    tab.tab.wait_for_function(f"before => {texts} !== before", arg=before)
