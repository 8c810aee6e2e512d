"""Shows what was measured: `python -m reports` turns `results/` into tables, plots and pages.

It reads `results/` and nothing else, so a report needs neither torch nor the measured code. A room
imports those above it in this table and never one below.

| room | idea |
| --- | --- |
| `text.py` | numbers and names as text: digits, counts, safe to print or put into a CSV |
| `published.py` | the figures of the paper and of its authors' own runs |
| `estimate/` | intervals: `bootstrap`, `rounds`, `compare`, `mean`; `fit`, the growth over T |
| `read/` | asv's files: `schema`, `asv_files` (one), `tree` (all), `fingerprint` (which machine) |
| `tables/` | a table a file, from `measurements` to `headline`, the page's first sentence |
| `plots/` | a picture a file, on one `canvas` in one `style`; `gallery` says which there are |
| `pages/` | what the pages say; `template` fills `templates/` |
| `paper/` | the paper's figures and tables beside ours, one file each |
| `commands/` | `report`, `hardware`, `trust`, `paper`; `output` writes the files |
"""
