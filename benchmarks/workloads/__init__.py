"""What a case runs.

| file | idea |
| --- | --- |
| `layers.py` | a stack of layers, each a Linear and a neuron: the work of most cases |
| `neurons.py` | our own neurons, by name and method |
| `floor.py` | the fewest bytes that a layer must move, moved |
| `custom.py` | a user's own neuron |
| `lmu.py` | the Legendre Memory Unit |
| `sharded.py` | an SPSN whose time is divided among processes |
| `captured.py` | a step captured in CUDA graphs and replayed |
| `epoch.py` | an epoch of training |
| `adapters/` | other libraries' layers, a file a library |
| `make.py` | from a case to its work: the one file that knows every kind of it |
"""
