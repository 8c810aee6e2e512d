"""The commands of `python -m reports`: each reads results, makes tables, and writes files."""
