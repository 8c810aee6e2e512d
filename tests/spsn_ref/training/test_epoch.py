"""The epochs that the suite times are those of a run."""

import pytest

from spsn_ref.training import timed_epoch, train
from spsn_ref.training.folder import read_rows


@pytest.mark.parametrize("neuron", ["SPSN-SB", "LI-ReLU"])
def test_epochs_have_seconds_and_the_spikes_of_a_run(
    neuron, dataset, settings, tmp_path, monkeypatch
):
    monkeypatch.setattr("spsn_ref.training.epoch.open_dataset", lambda source: dataset)
    chosen = settings(neuron=neuron, epochs=2)
    train(chosen, tmp_path / "run")
    epoch = timed_epoch(**vars(chosen))
    for row in read_rows(tmp_path / "run" / "epochs.csv", 2):
        found = epoch()
        assert min(found.data, found.model) > 0
        if row["spikes_per_ms"]:
            assert found.spikes / (chosen.bin * 1000) == pytest.approx(float(row["spikes_per_ms"]))
        else:
            assert found.spikes is None
