"""The file of `portable`: a header, what the gate found, then a line for each round of a case."""

import json
import os
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from ..cases.case import Case
from ..drive.error import DriverError
from ..instruments.files import write_whole
from ..instruments.outcome import Status
from ..measure.record import Record

# Of the lines that follow it in a file.
FORMAT = 3


class Verdict(NamedTuple):
    """What the gate found of a method at a T.

    Attributes:
        inexact: whether it is inexact in the way its documentation says it is; None: not passed.
        status: of a case that did not pass, else that of one that is well.
        reason: why it did not pass.
    """

    inexact: bool | None
    status: int = int(Status.OK)
    reason: str = ""


# By what the gate compares.
Gates = dict[Case, Verdict]


class RoundsFile:
    """A file that is begun with a header, or gone on with."""

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        self.path = path
        self.gates: Gates = {}
        self.rounds: dict[Case, list[Record]] = {}
        if not path.exists():
            self._append({"portable": FORMAT, **header})
            return
        found, self.gates, self.rounds = read(path)
        whole, _, cut = path.read_text(encoding="utf-8").rpartition("\n")
        if cut:  # a line that was being written when the process ended
            write_whole(path, whole + "\n")
        for name in ("package", "profile", "device"):
            if found[name] != header[name]:
                raise DriverError(
                    f"{path} was begun with another {name}: {found[name]!r}, now {header[name]!r}; "
                    "name another file"
                )

    def _append(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def keep_gates(self, gates: Gates) -> None:
        """Keep what the gate found."""
        self.gates |= gates
        self._append({"gates": [[astuple(case), verdict] for case, verdict in gates.items()]})

    def keep(self, case: Case, record: Record) -> None:
        """Keep a round."""
        self.rounds.setdefault(case, []).append(record)
        self._append({"case": list(astuple(case)), "record": record})


def read(path: Path) -> tuple[dict[str, Any], Gates, dict[Case, list[Record]]]:
    """Read a file of this module: (header, gates, rounds of each case in their order).

    A last line that was cut off counts as not measured.

    Raises:
        DriverError: it is no such file.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise DriverError(f"{path} cannot be read ({error}); name a file of `portable`") from None
    parsed = []
    for number, line in enumerate(lines, 1):
        try:
            parsed.append(json.loads(line))
        except ValueError:
            if number < len(lines):
                raise DriverError(f"{path}, line {number}, is damaged; copy it again") from None
    if not parsed or not isinstance(parsed[0], dict) or parsed[0].get("portable") != FORMAT:
        raise DriverError(f"{path} is no file of `python -m benchmarks portable`, format {FORMAT}")
    gates: Gates = {}
    rounds: dict[Case, list[Record]] = {}
    try:
        for line in parsed[1:]:
            if "gates" in line:
                gates |= {Case(*case): Verdict(*verdict) for case, verdict in line["gates"]}
            else:
                rounds.setdefault(Case(*line["case"]), []).append(line["record"])
    except (KeyError, TypeError, ValueError) as error:
        raise DriverError(f"{path} holds a line that is no round of a case ({error!r})") from None
    return parsed[0], gates, rounds
