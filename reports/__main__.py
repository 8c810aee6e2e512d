"""`python -m reports`."""

from .commands.report import main

if __name__ == "__main__":
    main(prog_name="python -m reports")
