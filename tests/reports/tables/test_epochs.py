"""Epochs of training in the tables, each ratio with its denominator."""

import pandas as pd
import pytest


def test_ratios_of_epochs_name_their_denominator(epochs):
    assert epochs.done.exit_code == 0, epochs.done.output
    rows = pd.read_csv(epochs.out / "speedup.csv")
    rows = rows[(rows["quantity"] == "epoch") & (rows["numerator_method"] == "numba")]
    rows = rows[rows["numerator_neuron"] == "SPSN-SB"].set_index(["T", "denominator_method"])
    assert rows.loc[(100, "published_loop"), "ratio"] == pytest.approx(20.29 / 1.252)
    assert rows.loc[(100, "numba"), "ratio"] == pytest.approx(2.254 / 1.252)
    bound = rows.loc[(1000, "published_loop")]
    assert bound["ratio"] == pytest.approx(60 / 10.27)
    assert bound["status"].startswith("at least")


def test_data_and_model_are_apart_in_the_measurements(epochs):
    rows = pd.read_csv(epochs.out / "measurements.csv").set_index(
        ["neuron", "method", "T", "quantity"]
    )["median"]
    assert rows["LIF", "loop", 100, "epoch"] == pytest.approx(8.266)
    assert rows["LIF", "loop", 100, "epoch_data"] == 0.25
    assert rows["LIF", "loop", 100, "epoch_model"] == pytest.approx(8.016)
