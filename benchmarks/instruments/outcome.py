"""Why a case has no number, and what a reader should know about one that has.

asv stores numbers only. A status and a set of flags are stored as integers, and the legend that
says what they mean travels in the results as the unit of the benchmark that stores them.
"""

from enum import Enum, IntEnum, IntFlag


class Status(IntEnum):
    """How a case ended."""

    OK = 0
    OUT_OF_MEMORY = 1
    TIME_BUDGET = 2
    NOT_AVAILABLE = 3
    UNSUPPORTED = 4
    WRONG_ANSWER = 5
    ERROR = 6
    KILLED = 7


class Flag(IntFlag):
    """What a reader should know about a number that was measured."""

    NOISY = 1
    FEW_SAMPLES = 2
    NOT_WARMED_UP = 4
    INEXACT_AS_PUBLISHED = 8
    MACHINE_BUSY = 16
    THROTTLED = 32
    CLOCK_CAPPED = 64
    FEW_ROUNDS = 128
    MEASURED_ALONE = 256
    NOT_COMPARED = 512
    L2_WARM = 1024
    MIXED_NODES = 2048


def words(outcome: Enum) -> str:
    """Return the name of a status or a flag as words, such as "out of memory"."""
    return str(outcome.name).lower().replace("_", " ")


def flag_words(flags: int) -> list[str]:
    """Return the flags that are set, each as words."""
    return [words(flag) for flag in Flag if flag in Flag(flags)]


def legend(outcomes: type[Enum]) -> str:
    """Spell out an enumeration as "0: ok; 1: out of memory; ..."."""
    return "; ".join(f"{outcome.value}: {words(outcome)}" for outcome in outcomes)


class CaseError(Exception):
    """A case that has no number, with the status that says why."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
