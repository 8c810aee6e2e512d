"""Folders of places."""


def test_a_machine_name_makes_no_path(evil):
    _, out = evil
    assert [p.name for p in (out / "plots").iterdir()] == ["1-script-alert-1-x-cpu"]
