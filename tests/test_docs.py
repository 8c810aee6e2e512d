"""README.md and docs/: links lead somewhere, and options, methods and figures are the code's."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from reports.__main__ import main as reports_command
from reports.tables.trust import counted, read_trust
from spsn_ref import methods
from spsn_ref.cli import main as spsn_ref_command

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in PAGES}
DOCS = "\n".join(TEXTS.values())
COMMANDS = {
    "python -m reports": reports_command,
    **{f"python -m reports {name}": command for name, command in reports_command.commands.items()},
    **{f"spsn-ref {name}": command for name, command in spsn_ref_command.commands.items()},
}


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def anchors(path):
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = (heading.lower() for heading in re.findall(r"^#+ (.*)$", text, flags=re.M))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(path), target


def test_every_page_is_linked_from_the_readme():
    for path in PAGES[1:]:
        assert f"]({path.relative_to(ROOT).as_posix()})" in TEXTS[PAGES[0]]


def test_the_readme_is_one_screen():
    assert len(TEXTS[PAGES[0]].splitlines()) <= 130


def test_every_option_of_benchmarks_is_in_the_docs(generate):
    for command in generate.benchmarks_commands():
        assert f"python -m benchmarks {command}" in DOCS or f"`{command}`" in DOCS
        assert generate.options(command) in DOCS, f"python docs/generate.py ({command})"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_docs(generate, command):
    assert command in DOCS
    expected = generate.command_options(COMMANDS[command])
    if COMMANDS[command].params:
        assert expected in DOCS, f"put into docs/ for {command}:\n{expected}"


def test_the_methods_are_those_of_the_package(generate):
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", generate.methods(), flags=re.M)
    named = {operation: {m for m, of in rows if f"`{operation}`" in of} for operation in methods()}
    assert named == {operation: set(table) for operation, table in methods().items()}


def test_pandas_draws_figure_5_from_the_published_table(tmp_path):
    (program,) = re.findall(r"```python\n(import pandas.*?)```", DOCS, flags=re.S)
    picture = tmp_path / "figure_5.png"
    program = program.replace("figure_5.png", str(picture))
    done = subprocess.run(
        [sys.executable, "-c", program + "print(over.to_string())"],
        cwd=ROOT,
        env=os.environ | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 10_000
    assert "published_loop" in done.stdout
    assert "10000" in done.stdout


def test_the_trust_that_is_published_is_that_of_the_results():
    files, omissions = read_trust(ROOT / "results")
    assert not omissions
    assert files
    for file in files:
        published = pd.read_csv(ROOT / "reports" / "published" / file.machine / "trust.csv")
        pd.testing.assert_frame_equal(published, counted([file]), check_dtype=False)
