"""Who imports whom within reports: one direction between rooms, no circle, nobody outside."""

import graphlib
import subprocess
import sys

import pytest
from imports import ROOT, arrows_of, files_of

# A room imports those before it.
ROOMS = (
    *("text", "published", "neurons", "outcome", "estimate", "read", "tables", "plots", "pages"),
    *("paper", "commands", "front", "__main__"),
)

FILES = files_of("reports")
ARROWS = arrows_of(FILES)


def room(name):
    return [*name.split("."), "__init__"][1]


def test_every_file_is_in_a_room():
    assert {room(name) for name in FILES} == {*ROOMS, "__init__"}


@pytest.mark.parametrize("name", FILES)
def test_a_room_imports_those_before_it_alone(name):
    allowed = ROOMS[: ROOMS.index(room(name)) + 1] if room(name) in ROOMS else ()
    above = {other for other in ARROWS[name] & set(FILES) if room(other) not in allowed}
    assert above == set()


def test_there_is_no_circle():
    within = {name: others & set(FILES) for name, others in ARROWS.items()}
    graphlib.TopologicalSorter(within).prepare()  # raises CycleError, and names the circle


def test_nobody_is_named_like_a_module_of_python():
    names = {name.rpartition(".")[2] for name in FILES}
    assert names & {"statistics", "html", "types", "json", "csv"} == set()


def test_nobody_outside_is_imported():
    outside = {other.partition(".")[0] for others in ARROWS.values() for other in others}
    assert outside & {"benchmarks", "spsn_ref", "torch", "asv"} == set()
    code = (
        "import sys; import reports.__main__; "
        "print(sorted({'torch', 'benchmarks', 'spsn_ref', 'asv'} & "
        "{name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nobody_starts_a_program():
    names = {other for others in ARROWS.values() for other in others}
    assert names & {"subprocess", "multiprocessing"} == set()
