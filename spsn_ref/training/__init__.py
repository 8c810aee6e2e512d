"""Training of the paper's network on spoken digits (section IV); needs the extra `train`.

`settings.py` is what can be chosen, `network.py` the repeats side by side, `fit.py` an epoch,
`run.py` a run and its folder, `evaluation.py` the test of a trained network, `epoch.py` an epoch
as the suite `training_epoch` times it.
"""

from .epoch import timed_epoch
from .evaluation import evaluate, evaluate_published
from .locate import NotFiniteError
from .progress import Console, Progress
from .run import train
from .settings import Settings

__all__ = [
    "Console",
    "NotFiniteError",
    "Progress",
    "Settings",
    "evaluate",
    "evaluate_published",
    "timed_epoch",
    "train",
]
