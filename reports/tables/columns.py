"""What the tables share: columns that name a case, quantities of time, statuses of a ratio."""

from __future__ import annotations

CASE = ["T", "batch", "units", "depth", "dtype"]
ORIGIN = ["machine", "device", "commit", "suite"]
# The suite of other libraries, each measured in an environment of its own.
PEERS = "peers"
TIMES = ("forward", "backward", "forward_backward", "epoch", "epoch_data", "epoch_model")
AT_LEAST = "at least: denominator stopped at its time budget"
NO_INTERVAL = "ok; no interval: too few samples recorded"
