"""The page of the committed results in headless Chromium, in a wide window and on a telephone."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
REPOSITORY = Path(__file__).parents[3]
WIDTHS = [1280, 390]
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
ROWS = "[...document.querySelectorAll('section.place tbody tr')].filter(r => r.checkVisibility())"


@pytest.fixture(scope="module")
def page(tmp_path_factory, run):
    out = tmp_path_factory.mktemp("page")
    assert run(REPOSITORY / "results", out).exit_code == 0
    return (out / "index.html").as_uri()


@pytest.fixture(params=WIDTHS)
def tab(request, watched, page):
    opened = watched(page, request.param)
    opened.tab.goto(page)
    return opened


def test_it_fits_the_window_and_shows_every_picture(tab):
    assert tab.overflow() <= 0
    pictures = tab.tab.evaluate(
        "[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.alt.length])"
    )
    assert len(pictures) >= 12
    assert all(loaded and words > 40 for loaded, words in pictures)


def explorer(tab):
    """Return the charts of the machine that has all suites."""
    heading = tab.tab.get_by_role("heading", name=re.compile(r"^epyc-2core \(cpu\)"))
    return tab.tab.locator("section.place").filter(has=heading).locator(".explore")


def test_every_chart_can_be_drawn(tab):
    chart = explorer(tab)
    titles = chart.locator("select option").all_inner_texts()
    assert any("forward + backward: sequence_length" in title for title in titles)
    for index in range(len(titles)):
        chart.locator("select").select_option(str(index))
        assert chart.locator("svg .mark").count() > 1
        assert chart.locator("svg text").count() > 4


def test_a_method_can_be_switched_off(tab):
    chart = explorer(tab)
    marks = chart.locator("svg .mark")
    before = marks.count()
    check = chart.get_by_label("LIF/published_loop", exact=True)
    check.focus()
    tab.tab.keyboard.press("Space")
    assert 0 < marks.count() < before
    assert "LIF/published_loop" not in " ".join(chart.locator("svg title").all_text_contents())
    tab.tab.keyboard.press("Space")
    assert marks.count() == before


def test_values_are_read_off_by_pointing(tab):
    chart = explorer(tab)
    mark = chart.locator("svg .mark").last  # none lies above it
    words = mark.locator("title").text_content()
    mark.hover(force=True)
    assert chart.locator("output").text_content() == words
    assert " ms [" in words


def test_values_are_read_off_by_arrow_keys(tab):
    chart = explorer(tab)
    chart.locator("svg[tabindex]").focus()
    output = chart.locator("output")
    heard = [output.text_content()]
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        tab.tab.keyboard.press(key)
        heard.append(output.text_content())
    assert all(" ms [" in words for words in heard)
    assert heard[4] == heard[0]
    assert len(set(heard)) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [("suite", "neuron"), ("neuron", "LIF"), ("T", "10\u00a0000"), ("batch", "64")],
)
def test_a_filter_leaves_the_rows_that_agree(tab, name, value):
    before = tab.tab.evaluate(f"{ROWS}.length")
    select = tab.tab.locator(f".filters select[name={name}]")
    select.select_option(value)
    rows = tab.tab.evaluate(f"{ROWS}.map(r => [...r.cells].map(c => c.textContent))")
    assert 0 < len(rows) < before
    assert f"of {before} rows" in tab.tab.locator(".filters output").text_content()
    held = tab.tab.evaluate(
        f"""{ROWS}.every(r => {{
            const heads = [...r.closest('table').tHead.rows[0].cells].map(c => c.textContent);
            const at = heads.findIndex(h => h === '{name}' || h === '{name}/method');
            return at < 0 || r.cells[at].textContent.split(/, |\\//).includes('{value}');
        }})"""
    )
    assert held
    select.select_option("")
    assert tab.tab.evaluate(f"{ROWS}.length") == before


def test_a_device_can_be_chosen(tab):
    names = tab.tab.locator("section.place h2").all_text_contents()
    tab.tab.locator(".filters select[name=device]").select_option(label=names[0])
    assert tab.tab.locator("section.place:visible h2").all_text_contents() == names[:1]


def test_everything_is_reached_by_the_tab_key(tab):
    wanted = tab.tab.evaluate(
        """[...document.querySelectorAll(
            'a[href], select, input, button, summary, [tabindex="0"]')]
            .filter(e => e.checkVisibility()).map((e, i) => e.dataset.met = String(i))"""
    )
    assert len(wanted) > 30
    assert [met for met in tab.tabbed(len(wanted)) if met] == wanted


def test_without_scripts_it_is_a_page_all_the_same(chromium, page):
    tab = chromium.new_page(java_script_enabled=False)
    tab.goto(page)
    assert tab.locator("section.place table").count() >= 5
    assert tab.locator(".filters").is_hidden()
    assert tab.locator(".explore").first.is_hidden()
    tab.close()


def test_names_from_results_do_not_run(tmp_path, tree, run, watched):
    suites = {"sequence_length": tree.params(["LIF/loop", "SPSN-SB/scan", f"X/{EVIL}"],
                                             times=[10, 20])}  # fmt: skip
    sampled = {"status": 0, "flags": 0, "forward_backward": [1.0] * 5}
    data = tree.result_file(
        "evil", suites, lambda suite, case: sampled, gpu=EVIL, machine_note=EVIL, torch=EVIL
    )
    assert run(tree.write(tmp_path / "r", suites, [data]), tmp_path / "out").exit_code == 0
    page = (tmp_path / "out" / "index.html").as_uri()
    tab = watched(page, 1280)
    tab.tab.goto(page)
    assert f"X/{EVIL}" in tab.tab.locator(".explore fieldset").inner_text()
    assert tab.tab.locator("script:not([type])").count() == 4
    assert tab.tab.locator("img[src=x]").count() == 0


def test_the_chooser_answers_in_words_and_keeps_its_state(tab, page):
    box = tab.tab.locator(".chooser")
    names = box.locator("option").all_inner_texts()
    (place,) = [name for name in names if name.startswith("epyc-2core (cpu)")]
    box.get_by_label("place").select_option(place)
    box.get_by_label("T", exact=True).fill("900")
    box.get_by_label("batch").fill("60")
    told = box.locator("output")
    assert "T = 1\u00a0000, batch 64" in told.inner_text()
    assert "as fast as" in told.inner_text()
    box.get_by_label("T", exact=True).fill("0")
    assert "Give whole numbers" in told.inner_text()
    box.get_by_label("T", exact=True).fill("10000")
    box.get_by_label("batch").fill("1")
    address = tab.tab.evaluate("location.href")
    assert "#at?" in address
    tab.tab.goto("about:blank")
    tab.tab.goto(address)
    assert box.get_by_label("T", exact=True).input_value() == "10000"
    assert "T = 10\u00a0000" in told.inner_text()


def test_the_cards_lead_to_pictures(tab):
    for card in tab.tab.locator(".card").all():
        card.click()
        target = tab.tab.url.rpartition("#")[2]
        assert tab.tab.locator(f'[id="{target}"] img').is_visible()


COLUMN = """head => [...head.closest("table").tBodies[0].rows].map(
    row => row.cells[head.cellIndex].textContent.replace(/\\s/g, ""))"""


def test_a_table_is_sorted_by_its_heads(tab):
    heads = tab.tab.locator("section.place th", has_text="batch").all()
    columns = [(head, head.evaluate(COLUMN)) for head in heads]
    head, before = next((h, c) for h, c in columns if list(map(int, c)) != sorted(map(int, c)))
    head.get_by_role("button").press("Enter")
    numbers = [int(text) for text in head.evaluate(COLUMN)]
    assert sorted(map(int, before)) == numbers != [int(text) for text in before]
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert [int(text) for text in head.evaluate(COLUMN)] == numbers[::-1]


def test_ratios_are_sorted_by_themselves_and_what_is_missing_comes_last(tab):
    head = tab.tab.locator("section.place th", has_text="over LIF/compile").first
    for direction in (1, -1):
        head.get_by_role("button").press("Enter")
        texts = head.evaluate(COLUMN)
        known = [float(text.partition("\u00d7")[0]) for text in texts if "\u00d7" in text]
        assert len(known) > 2
        assert known == sorted(known, reverse=direction < 0)
        assert ["\u00d7" in text for text in texts] == sorted(
            ["\u00d7" in text for text in texts], reverse=True
        )
