"""The commands of `python -m reports`: each reads, makes tables and pages, and writes files."""
