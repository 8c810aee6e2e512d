"""The compiled loops: importing one of these modules imports numba.

Numba keeps compiled code on disk and compiles anew when the file that a kernel stands in changes;
it does not look at other files. So each module here is complete in itself.

Every kernel but those of `events.py` walks the lanes (batch x unit) first <= lane < last of
[time, lane] arrays through time, with the state of those lanes in a small buffer of its own. State
is float64 whatever the arrays are: it costs nothing beside the memory traffic, and no time constant
loses digits.
"""
