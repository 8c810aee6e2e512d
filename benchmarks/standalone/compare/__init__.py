"""Two commits measured in turns, case by case: which case is slower at the second?

| file | what it has |
| --- | --- |
| `sides.py` | what each commit holds, and how a process comes to import it |
| `rounds.py` | the rounds of both |
| `verdict.py` | what is said of a case |
"""
