"""Tests import `benchmarks` and `reports` from the checkout, `spsn_ref` from where it is installed.

The checkout comes last in the search path, so that an installed wheel is what is tested.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
