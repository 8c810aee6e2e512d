"""Shows what asv measured: `python -m reports` turns `results/` into tables, plots and a page.

It reads asv's JSON and nothing else, so a report needs neither torch nor the measured code.

| file | idea |
| --- | --- |
| `schema.py`, `asv_files.py` | one of asv's files: checked, read, expanded to cases |
| `load.py` | the whole tree; what is wrong with a file becomes a `Problem` |
| `records.py` | one row per case and quantity, with why a number is absent |
| `rounds.py`, `statistics.py` | intervals over rounds; of one round's calls by bootstrap |
| `tables.py` | the three tables, and how they are written |
| `floor.py` | how near each time comes to that of the bytes alone |
| `findings.py` | the first sentence: where SPSN wins and where it does not |
| `verdict.py` | with a reset or without: the fastest of each in every case |
| `growth.py` | exponents over T, and who has the O(T²) backward pass |
| `peers.py`, `epochs.py` | the suites of other libraries and of training |
| `hardware.py`, `side_by_side.py`, `fingerprint.py` | several machines, joined and told apart |
| `trust.py` | how often the intervals tell the truth |
| `style.py`, `draw.py`, `picture.py` | looks, panels and axes, words that pictures share |
| `plots.py`, `plot_*.py` | which pictures there are; one file a kind |
| `place.py` | a machine and device, and what is shown of it |
| `page.py`, `page_*.py`, `machines.py`, `words.py` | what the page says |
| `paper/` | `--paper`: the paper's figures and tables beside ours; its claims |
| `explore.py` | the charts that the page's own script draws |
| `html.py`, `templates/` | how it is written: a template a part, shared macros, one style |
"""
