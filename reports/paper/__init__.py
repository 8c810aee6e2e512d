"""The paper's figures and tables beside ours: `python -m reports --paper`.

| file | idea |
| --- | --- |
| `schema.py`, `load.py`, `runs.py` | the files below `results/<machine>/paper/`, as training runs |
| `values.py` | a row for each run and quantity, with its n and its 95 % interval |
| `seconds.py` | seconds of an epoch, with an interval over epochs |
| `parts.py` | a figure's part of the page, and the words that the figures share |
| `suites.py` | what asv's suites measured for Figures 3 and 5 |
| `figure_*.py`, `table_*.py`, `speakers.py` | one figure or table each |
| `drawing.py` | axes that the pictures share |
| `page.py` | the page, with all parts |
"""
