"""The paper's figures and tables beside ours: `python -m reports --paper`.

| file | idea |
| --- | --- |
| `schema.py`, `load.py`, `runs.py` | the records below `results/<machine>/paper/`, as runs |
| `values.py` | a row for each run and quantity, with its n and its 95 % interval |
| `seconds.py` | seconds of an epoch, with an interval over epochs |
| `parts.py` | what a figure's part of the page is made of, and the words that they share |
| `figure_*.py`, `table_*.py`, `speakers.py` | one figure or table each |
| `drawing.py` | axes that the pictures share |
| `page.py` | the page, with all parts |
"""
