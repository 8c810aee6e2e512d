"""The processes of a group import `matrix` and `ranks`, which stand beside this file."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
