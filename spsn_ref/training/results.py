"""The rows of epochs.csv and the content of result.json."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from .folder import Row
from .objective import Tally
from .settings import FORMAT, Settings


def spikes_per_ms(tally: Tally, settings: Settings) -> list[list[float]] | None:
    """Return each layer's spikes per millisecond for one sample, [repeat][layer]."""
    if not settings.spiking:
        return None
    rates: list[list[float]] = (tally.spikes / tally.samples / (settings.bin * 1000)).tolist()
    return rates


def _means(tally: Tally | None, part: str, repeats: int) -> list[float | None]:
    if tally is None:
        return [None] * repeats
    values: list[float | None] = (getattr(tally, part) / tally.samples).tolist()
    return values


def epoch_rows(
    settings: Settings,
    epoch: int,
    trained: Tally,
    tested: Tally | None,
    validated: Tally | None,
    seconds: dict[str, float],
) -> list[Row]:
    """Return the rows of epochs.csv, one per repeat; None where nothing was measured."""
    repeats = settings.repeats
    rates = spikes_per_ms(trained, settings)
    columns = {
        "train_loss": _means(trained, "loss", repeats),
        "train_accuracy": _means(trained, "correct", repeats),
        "regularizer": _means(trained, "regularizer", repeats),
        "spikes_per_ms": [sum(layers) for layers in rates] if rates else [None] * repeats,
        "test_loss": _means(tested, "loss", repeats),
        "test_accuracy": _means(tested, "correct", repeats),
        "validation_loss": _means(validated, "loss", repeats),
        "validation_accuracy": _means(validated, "correct", repeats),
    }
    return [
        {
            "epoch": epoch,
            "repeat": repeat,
            "seed": settings.seed + repeat,
            "data_seconds": seconds["data"],
            "model_seconds": seconds["model"],
            "repeats": repeats,
            **{name: values[repeat] for name, values in columns.items()},
        }
        for repeat in range(repeats)
    ]


def result(settings: Settings, rows: Sequence[Row], tested: Tally) -> dict[str, Any]:
    """Return result.json of a finished run; its spikes are those of the last test."""
    layers = spikes_per_ms(tested, settings)
    timed = [row for row in rows if int(row["repeat"]) == 0]
    return {
        "format": FORMAT,
        "status": "finished",
        "repeats": [
            {
                **{
                    name: row[name]
                    for name in ("seed", "train_accuracy", "test_accuracy", "validation_accuracy")
                },
                "spikes_per_ms": sum(layers[repeat]) if layers else None,
                "spikes_per_ms_by_layer": layers[repeat] if layers else None,
            }
            for repeat, row in enumerate(rows[-settings.repeats :])
        ],
        "seconds_per_epoch": {
            part: median(float(row[f"{part}_seconds"]) for row in timed)
            for part in ("data", "model")
        },
        "epochs": settings.epochs,
    }
