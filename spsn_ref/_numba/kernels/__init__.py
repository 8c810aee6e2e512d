"""The compiled loops: importing one of these modules imports numba.

Numba caches compiled code on disk and recompiles a kernel when its own file changes, whatever it
imports. So each module here is self-contained.

Every kernel runs the lanes (batch x unit) first <= lane < last of [time, lane] arrays through time,
with the state of those lanes in a small buffer of its own. State is float64 whatever the dtype of
the arrays: that costs nothing beside the memory traffic, and no time constant loses digits.
"""
