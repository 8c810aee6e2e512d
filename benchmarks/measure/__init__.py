"""From a case to its record.

| file | idea |
| --- | --- |
| `gate.py` | a method of ours beside the float64 loop, before it is timed |
| `compare.py` | another library's layer beside it |
| `continuous.py` | the LIF in continuous time, for a layer that computes from event to event |
| `custom.py`, `lmu.py` | a user's neuron and the Legendre Memory Unit, each beside its own loop |
| `comparison.py` | the errors and deviations that all of them compare |
| `start_up.py` | how long a method compiles, in a fresh process |
| `round.py` | what one process measures of a case |
| `record.py` | a record, made of the events of a case's rounds |
| `precision.py` | when a case has had rounds enough |
| `interleave.py` | the cases of one size, measured in turns |
| `references.py` | three works whose speed no commit changes, before each group |
| `recall.py` | a record that is there already, or is measured now |
"""
