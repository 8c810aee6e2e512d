"""Measurements without asv.

| file | idea |
| --- | --- |
| `ask.py` | every method at one size that a user asks for, and the answer in words |
| `custom.py` | the option --neuron of `ask` and `compare` |
| `compare/` | two commits: which case is slower at the second? |
| `several.py` | several cases in one process |
| `portable.py` | a machine without asv, git or a network, in minutes, into one file |
| `file.py` | that file |
| `take.py` | from that file to results as asv stores them |
| `trust.py` | a case against itself, and slowed: do the intervals hold? |
"""
