"""Shows what asv measured: `python -m reports` turns `results/` into tables, plots and a page.

It reads asv's JSON and nothing else, so a report needs neither torch nor the measured code.

| file | idea |
| --- | --- |
| `asv_files.py` | one of asv's files: read, checked, expanded to cases |
| `load.py` | the whole tree; what is wrong with a file becomes a `Problem` |
| `records.py` | one row per case and quantity, with why a number is absent |
| `statistics.py` | bootstrap intervals |
| `tables.py` | the three tables, and how they are written |
| `findings.py` | the first sentence: where SPSN wins and where it does not |
| `style.py`, `draw.py`, `plots.py` | colours, what pictures share, the pictures |
| `paper.py`, `page.py` | the paper's figures and the page |
"""
