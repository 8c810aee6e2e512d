"""What the golden trees hold: of a suite and a case, the numbers that asv would store."""

import math

METHODS = ["LIF/published_loop", "LIF/loop", "SPSN-SB/scan", "SPSN-SB/published_fft", "ReLU/eager"]


SECONDS = {
    "LIF/published_loop": 4e-3,
    "LIF/loop": 1e-3,
    "SPSN-SB/scan": 1e-4,
    "SPSN-SB/published_fft": 2e-4,
    "ReLU/eager": 1e-5,
}


def golden(suite, case):
    """SPSN/scan is 40x and 10x as fast at batch 1, half as fast as the fair loop at batch 64."""
    name, time_steps, batch = case["neuron_method"], case["time_steps"], case["batch"]
    if case["device"] == "cuda":
        return {"status": 3, "flags": 0}
    if name == "ReLU/eager" and batch == 64:
        return {}
    if name == "SPSN-SB/published_fft" and batch == 64:
        return {"status": None, "flags": None}
    step = SECONDS[name] * (20 if batch == 64 and name == "SPSN-SB/scan" else 1)
    forward = [step * time_steps / 4 * (1 + i / 1000) for i in range(5)]
    if name == "LIF/published_loop" and time_steps == 1000:
        return {"status": 2, "flags": 0, "forward": forward, "stopped_after": 30.0}
    whole = [step * time_steps * (1 + i / 1000) for i in range(5)]
    return {
        "status": 0,
        "flags": {"SPSN-SB/published_fft": 8, "LIF/loop": 3}.get(name, 0),
        "forward": forward,
        "backward": [b - f for b, f in zip(whole, forward, strict=True)],
        "forward_backward": whole,
        "peak_memory": 1e6 * time_steps * batch,
        "spike_rate": math.nan if name == "ReLU/eager" else 0.25,
    }


# Forward + backward per time-step, in units of the floor's.
FLOOR_TIMES = {
    "floor/copy": 1,
    "SPSN-SB/scan": 2,
    "LIF/numba": 4,
    "SPSN-SB/numba": 5,
    "LIF/loop": 10,
    "LIF/published_loop": 20,
}


STEP = 1e-6


def floor(suite, case):
    """Time everything; the neuron alone in suite `neuron`, no floor in suite `depth`."""
    name, steps = case["neuron_method"], case["time_steps"]
    if suite == "depth" and name == "floor/copy":
        return {}
    if name == "LIF/published_loop" and steps == 1000:
        return {"status": 2, "stopped_after": 30.0}
    linear = 0 if suite == "neuron" or name == "floor/copy" else 2
    whole = (FLOOR_TIMES[name] + linear) * STEP * steps
    samples = [whole * (1 + i / 1000) for i in range(3 if case["batch"] == 8 else 5)]
    return {
        "status": 0,
        "flags": 0,
        "forward": [0.4 * s for s in samples],
        "forward_backward": samples,
        "peak_memory": 1e6,
    }


DRIFT = (1.0, 1.3, 0.9)


def in_rounds(suite, case):
    """Three rounds of three calls in which all methods drift alike; at T = 316 without rounds."""
    scale = {"LIF/loop": 10, "SPSN-SB/scan": 1, "floor/copy": 0.1}[case["neuron_method"]]
    seconds = [scale * d * c for d in DRIFT for c in (1.0, 1.001, 1.5)]
    record = {"status": 0, "flags": 0, "forward": seconds, "forward_backward": seconds}
    rounds = [1.0] * 3 + [2.0] * 3 + [3.0] * 3
    return record | ({"round": rounds} if case["time_steps"] == 100 else {})


def in_runs(suite, case):
    """Two runs of three rounds; LIF is twice as slow in the second."""
    lif = case["neuron_method"] == "LIF/loop"
    seconds = [(10 * run if lif else 1) * d for run in (1, 2) for d in DRIFT for _ in range(2)]
    return {
        **{"status": 0, "flags": 0, "forward": seconds, "forward_backward": seconds},
        "round": [1.0, 1.0, 2.0, 2.0, 3.0, 3.0] * 2,
        "run": [1.0] * 6 + [2.0] * 6,
    }


EPOCH_SECONDS = {
    "LIF/published_loop": 20.0,
    "LIF/loop": 8.0,
    "LIF/numba": 2.0,
    "SPSN-SB/published_fft": 5.0,
    "SPSN-SB/numba": 1.0,
    "LI-ReLU/numba": 0.5,
}


def epochs(suite, case):
    name = case["neuron_method"]
    if name == "LIF/published_loop" and case["time_steps"] == 1000:
        return {"status": 2, "flags": 0, "stopped_after": 60.0}
    model = [EPOCH_SECONDS[name] * case["time_steps"] / 100 * (1 + i / 1000) for i in range(5)]
    spiking = not name.startswith("LI-ReLU")
    return {
        "status": 0,
        "flags": 8 if "fft" in name else 0,
        "epoch_data": [0.25] * 5,
        "epoch_model": model,
        "epoch": [m + 0.25 for m in model],
        "peak_memory": 3 * 2.0**20,
        "spikes_per_ms": 19.5 if spiking else math.nan,
    }


LAYERS = [
    *("LIF/numba", "SPSN-SB/numba", "Norse-LIF/unbind", "Norse-LIF/sequence", "Lost-LIF/x"),
    "Brian2-LIF/x",  # measured beside Norse's, and forwards alone
]


# Seconds of a call; they differ between the two environments.
PEER_SECONDS = {
    **{"LIF/numba": 1e-3, "SPSN-SB/numba": 2e-3, "Norse-LIF/unbind": 8e-3},
    "Brian2-LIF/x": 3e-3,
}


def peers(slower):
    def measure(suite, case):
        name = case["neuron_method"]
        words = {"keeps_reset": int("LIF" in name), "difference": LAYERS.index(name)}
        if name.startswith("Lost"):
            return {"status": 3, "flags": 0, "why_not": 3, **words} if slower == 1 else {}
        if name.startswith(("Norse", "Brian2")) and slower == 1:
            return {}
        words |= {"membrane_error": 2e-7, "same_trains": 1.0 if "LIF" in name else math.nan}
        if name == "Norse-LIF/sequence":
            if case["batch"] == 64:
                return {"status": 5, "flags": 0, "why_not": 6, **words}
            return {"status": 2, "flags": 0, "stopped_after": 12.0, **words}
        if name == "Norse-LIF/unbind":
            words["start_up"] = 12.5
        seconds = [PEER_SECONDS[name] * slower * (1 + i / 1000) for i in range(6)]
        alone = name == "Brian2-LIF/x"
        return {
            "status": 0,
            "flags": 0,
            "forward": [s / 4 for s in seconds],
            "backward": math.nan if alone else [s * 3 / 4 for s in seconds],
            "forward_backward": math.nan if alone else seconds,
            "round": [1, 1, 2, 2, 3, 3],
            **words,
        }

    return measure


EVIL = "=<script>alert(1)<&'\"$x$"
