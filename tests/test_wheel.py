"""What is installed: every file, under names that hide no folder of a user's."""

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from spsn_ref.cli import main

ROOT = Path(__file__).parent.parent
NAMES = {"spsn_ref": "spsn_ref", "benchmarks": "spsn_bench", "reports": "spsn_report"}


@pytest.mark.parametrize(("folder", "name"), NAMES.items())
def test_every_file_is_installed(folder, name):
    installed = Path(find_spec(name).origin).parent
    kinds = (".py", ".typed", ".css", ".js", ".json", ".j2")
    files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*")]
    files = [path for path in files if path.suffix in kinds and path.parts[0] != "published"]
    assert files
    assert [path for path in files if not (installed / path).exists()] == []


def test_spsn_ref_has_the_commands_of_the_other_packages():
    points = {point.name: point for point in entry_points(group="spsn_ref.commands")}
    assert points.keys() == {"ask", "bench", "report"}
    shown = CliRunner().invoke(main, ["--help"]).output
    for name, point in points.items():
        assert point.load().__doc__.partition("\n")[0].rstrip(".")[:40] in shown
        assert CliRunner().invoke(main, [name, "--nonsense"]).exit_code == 2
