"""Results of cases, made without measuring."""

from datetime import datetime, timezone

from helpers import make_case

from benchmarks.standalone.bench.save import Origin

FACTS = {"machine": "m", "cpu": "some", "num_cpu": "2", "threads": "2"}


def origin(**changes):
    told = {"facts": FACTS, "commit": "0123456789" * 4, "date": 1_700_000_000, "python": "3.11"}
    begun = datetime(2026, 11, 27, tzinfo=timezone.utc)
    return Origin(**{**told, "torch": "2.13.0", "begun": begun, **changes})


def record(seconds, run=1, **more):
    count = len(seconds)
    samples = {name: list(seconds) for name in ("forward", "backward", "forward_backward")}
    told = {"status": 0, "reason": "", "flags": 0, "round": [1] * count, "run": [run] * count}
    return {**told, **samples, **more}


def case(neuron_method="LIF/loop", time_steps=1000, suite="neuron", **changes):
    sizes = {"batch": 1, "units": 128, "depth": 0}
    return make_case(neuron_method, time_steps, suite, **{**sizes, **changes})
