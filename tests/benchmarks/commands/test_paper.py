"""Bad arguments of the command end with one sentence."""

import pytest

from benchmarks.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2", "--data", "/nowhere"], "/nowhere: no such folder"),
        (["2", "--machine", "../up"], "--machine '../up': its results' folder is called so"),
    ],
)
def test_bad_arguments_end_with_one_sentence(arguments, words, capsys, tmp_path):
    where = ["--results", str(tmp_path / "results"), "--runs", str(tmp_path / "runs")]
    assert main(["paper", *arguments, *where]) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_figure_lists_the_known(capsys):
    with pytest.raises(SystemExit):
        main(["paper", "7"])
    assert "'table2'" in capsys.readouterr().err


def test_figures_that_train_nothing_are_listed_too(capsys):
    assert main(["paper", "5", "1c", "--list"]) == 0
    traces, sweep = capsys.readouterr().out.splitlines()
    assert traces == "traces of every neuron, without training"
    assert "cases of suite sequence_length, profile paper" in sweep
