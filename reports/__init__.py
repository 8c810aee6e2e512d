"""Shows what was measured: `python -m reports` turns `results/` into tables, plots and pages.

It reads nothing but `results/`, and needs neither torch nor the measured code. A module or folder
imports those above it in this table and never one below.

| module or folder | what it holds |
| --- | --- |
| `text.py` | numbers and names as text: digits, counts, safe to print or put into a CSV |
| `neurons.py` | which neurons spike, keep a reset, stand in the paper |
| `outcome.py` | statuses and flags, and what they mean |
| `published.py` | the numbers of the paper and of its authors' own runs |
| `estimate/` | intervals: `bootstrap`, `rounds`, `compare`, `mean`; `fit`, the growth over T |
| `read/` | asv's files: `schema`, `asv_files` (one), `tree` (all), `fingerprint` of a machine |
| `tables/` | a table per file, from `measurements` to `headline`, the page's first sentence |
| `plots/` | a picture per file, on one `canvas` in one `style`; `gallery` chooses the pictures |
| `pages/` | the tables and words of the pages; `template` fills in `templates/` |
| `paper/` | the paper's figures and tables beside ours, one per file |
| `commands/` | `report`, `hardware`, `trust`, `paper`; `output` is what they share |
"""

import os
import sys

# A notebook hands on the name of a backend that its own environment alone may have, and matplotlib
# then ends as it is loaded. Nothing is shown here, all is saved.
if "matplotlib" not in sys.modules:
    os.environ["MPLBACKEND"] = "agg"
