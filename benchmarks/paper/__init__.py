"""The paper's experiments as commands: `python -m benchmarks paper FIGURE`.

| file | idea |
| --- | --- |
| `experiments.py` | which runs a figure needs, as differences from Table I |
| `scales.py` | how much of Table I is kept: `full`, or less for two cores; edit settings here |
| `traces.py` | Figure 1-C: one neuron of each kind on one input |
| `run_file.py` | what is kept of a run: JSON Lines below `results/<machine>/paper/` |
| `perform.py` | the runs of a command, each trained once and resumed where it was stopped |

asv reads every `*.json` below `results/`; the run files end in `.jsonl`, so it passes them by. It
imports every module here, also for commits that have no training: `spsn_ref` is imported in use.
"""
