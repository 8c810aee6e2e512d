"""asv's dashboard for a machine without a network: its scripts and styles beside it.

| file | idea |
| --- | --- |
| `publish.py` | runs `asv publish`, then makes its page load what lies beside it |
| `packages.py` | npm packages by name, version and SHA-512: fetched by the npm client, checked |
| `packages.json` | which packages, and which file stands for which address of asv's page |
| `narrow.css`, `keyboard.js` | what narrow windows and the keyboard need of asv's page |

Only the standard library is imported: asv's discovery imports all of `benchmarks`.
"""
