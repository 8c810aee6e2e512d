"""What is kept of a run."""

from benchmarks.paper.run_file import epochs, rounded


def test_epochs_are_folded_over_repeats(tmp_path):
    path = tmp_path / "epochs.csv"
    path.write_text(
        "epoch,repeat,train_loss,train_accuracy,regularizer,spikes_per_ms,test_accuracy,"
        "data_seconds,model_seconds\n0,0,1.5,0.5,0,2,,1,3\n0,1,1.25,0.25,0,4,,1,3\n"
    )
    (row,) = epochs(path)
    assert row["train_accuracy"] == [0.5, 0.25]
    assert row["test_accuracy"] == [None, None]
    assert (row["epoch"], row["data_seconds"], row["model_seconds"]) == (0, 1.0, 3.0)


def test_rounding_keeps_what_is_no_float():
    assert rounded({"a": [1 / 3, 7, None, "x"]}) == {"a": [0.3333333, 7, None, "x"]}
