"""The file of `portable`: what is refused, and what was cut off."""

import pytest

from benchmarks.__main__ import main
from benchmarks.drive.error import DriverError
from benchmarks.standalone import portable
from benchmarks.standalone.file import read


def test_a_file_of_other_code_or_another_profile_is_not_gone_on_with(
    tmp_path, measure, gates_here, monkeypatch
):
    path = tmp_path / "bare.jsonl"
    measure(path, seconds=0.0)
    with pytest.raises(DriverError, match="begun with another profile: 'tiny', now 'smoke'"):
        measure(path, profile="smoke")
    monkeypatch.setattr(portable, "package_digest", lambda root: "other")
    with pytest.raises(DriverError, match="begun with another package"):
        measure(path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no file of"),
        ('{"portable": 99}\n', "format 3"),
        ('{"portable": 3}\n{"case"\n{"gates": []}\n', "line 2, is damaged"),
        ('{"portable": 3}\n{"case": [1]}\n', "no round of a case"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, text, complaint, capsys):
    path = tmp_path / "bare.jsonl"
    path.write_text(text)
    assert main(["take", str(path), "--results", str(tmp_path)]) == 1
    assert complaint in capsys.readouterr().err


def test_a_line_that_was_cut_off_is_measured_anew(tmp_path, measure, gates_here):
    path = tmp_path / "bare.jsonl"
    measure(path, seconds=0.0)
    with path.open("a") as file:
        file.write('{"case": ["sequence_le')
    _, gates, rounds = read(path)
    assert gates
    assert not rounds
    measure(path)
    assert len(path.read_text().splitlines()) == 4
    assert read(path)[2]
