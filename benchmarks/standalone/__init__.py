"""Measurements without asv.

| file | idea |
| --- | --- |
| `portable.py` | a machine without asv, git or a network, in minutes, into one file |
| `file.py` | that file |
| `take.py` | from that file to results as asv stores them |
| `trust.py` | a case against itself, and slowed: do the intervals hold? |
"""
