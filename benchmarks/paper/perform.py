"""The runs of a command: each is trained once, and resumed where it was stopped."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..instruments.load import LoadWatch
from .experiments import Training
from .run_file import FORMAT, head, summarise, write
from .scales import Scale
from .traces import traces

if TYPE_CHECKING:
    from spsn_ref.training import Settings

Say = Callable[[str], None]


@dataclass(frozen=True)
class Workspace:
    """Where a command trains and what it writes.

    Attributes:
        results: of this machine, `results/<machine>/paper`.
        runs: where weights and checkpoints stay.
        data: as `spsn-ref train --data`.
        dataset: the data set's name.
        device: "cpu" or "cuda".
        commit: of the checkout, "" if it is none.
    """

    results: Path
    runs: Path
    data: str
    dataset: str
    device: str
    commit: str

    def run_file(self, scale: Scale, training: Training) -> Path:
        """Return the path of a run file."""
        dataset = re.sub(r"[^A-Za-z0-9._-]+", "-", self.dataset).strip(".") or "data"
        return self.results / scale.name / dataset / f"{training.name}.jsonl"


def write_traces(workspace: Workspace) -> Path:
    """Calculate Figure 1-C and write its file."""
    path = workspace.results / "traces.jsonl"
    write(path, [{"format": FORMAT, "kind": "traces", "commit": workspace.commit, **traces()}])
    return path


def _is_done(path: Path, training: Training, settings: "Settings") -> bool:
    before = head(path)
    if before is None:
        return False
    try:
        if settings.from_json(json.dumps(before.get("settings"))) != settings:
            return False
    except ValueError:  # of a release that had a setting more
        return False
    tested = before["evaluation"]["robustness"]["trials"] if before["evaluation"] else 0
    return bool(before["result"]["status"] == "finished" and tested >= training.trials)


def _folder(workspace: Workspace, scale: Scale, training: Training, settings: "Settings") -> Path:
    # Other settings are another run: a folder is only ever taken up with its own.
    digest = hashlib.sha256(json.dumps(settings.as_json(), sort_keys=True).encode()).hexdigest()[:8]
    return workspace.runs / scale.name / f"{training.name}-{digest}"


def perform(
    workspace: Workspace, scale: Scale, training: Training, say: Say, label: str = ""
) -> bool:
    """Train, test and save one run, unless its run file is there already.

    Args:
        workspace: where it is saved.
        scale: of its settings.
        training: the run.
        say: prints a line.
        label: what the lines of its epochs begin with.

    Returns:
        Whether it ended with finite numbers; if not, its run file says so.
    """
    from spsn_ref.training import Console, NotFiniteError, Settings, evaluate, train

    settings = Settings(**scale.of(training), data=workspace.data, device=workspace.device)
    recorded = settings.recorded(workspace.dataset)
    path = workspace.run_file(scale, training)
    if _is_done(path, training, recorded):
        say("done before")
        return True
    folder = _folder(workspace, scale, training, recorded)
    watch = LoadWatch()
    finite = True
    try:
        train(settings, folder, resume=True, progress=Console(label))
        if training.trials:
            evaluate(folder, workspace.data, training.trials, workspace.device)
    except NotFiniteError as error:
        say(str(error))
        finite = False
    facts = {"scale": scale.name, "commit": workspace.commit, "machine_busy": watch.is_busy()}
    write(path, summarise(training, folder, facts))
    return finite


def perform_all(workspace: Workspace, scale: Scale, runs: Sequence[Training], say: Say) -> bool:
    """Perform the runs in turn; return whether all of them ended with finite numbers."""
    finite = True
    for number, training in enumerate(runs, 1):
        say(f"[{number}/{len(runs)}] {training.name}")
        finite &= perform(workspace, scale, training, say)
    return finite
