"""Training of the paper's network on spoken digits (section IV); needs the extra `train`.

`settings.py` says what can be chosen, `network.py` holds the repeats side by side, `fit.py` is an
epoch, `run.py` a run and its folder, `evaluation.py` what is asked of a run afterwards.
"""

from .evaluation import evaluate
from .locate import NotFiniteError
from .progress import Console, Progress
from .run import train
from .settings import Settings

__all__ = ["Console", "NotFiniteError", "Progress", "Settings", "evaluate", "train"]
