"""What can be asked: cases, the grid of every suite, profiles, libraries. No torch is imported.

| file | idea |
| --- | --- |
| `case.py` | one case: the neuron, how it is computed, and the sizes |
| `neurons.py` | facts about neurons and methods, each stated once |
| `libraries.py` | other libraries, and the environments that measure them |
| `grid.py` | the lists that asv shows; they only ever grow |
| `budget.py` | how long a case may be sampled |
| `profiles.py` | the choices from the grid: smoke, quick, paper, ... |
| `selection.py` | a profile's cases, and the expressions that ask asv for them |
| `request.py` | what a sweep asks of the suites, handed over in a file |
"""
