"""Runs asv and keeps its results; measures nothing itself, and needs no torch.

| file | idea |
| --- | --- |
| `asv.py` | a profile, from the choice of cases to the results |
| `sweep.py` | what is kept when a sweep is killed, and how it goes on |
| `journal.py` | when, of what and on what a sweep was, and how fast its machine |
| `watch.py` | asv as a process, with a line for every finished case |
| `findings.py` | a line for every group that is measured |
| `checkout.py` | the commit that is measured |
| `neutral.py` | names of environments that carry no path of the machine |
| `dashboard/` | `asv publish`, to be opened without a network |
| `error.py` | what a command ends with |
"""
