"""The command `spsn-ref report`; what reports is imported when it runs."""

from __future__ import annotations


def report(arguments: list[str]) -> int:
    """Turn results into tables, speed-ups, plots and one page."""
    from .commands.report import main

    main(arguments, prog_name="spsn-ref report", standalone_mode=True)
    return 0
