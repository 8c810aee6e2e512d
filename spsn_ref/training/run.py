"""A training run from its settings to its folder."""

from contextlib import ExitStack
from pathlib import Path

from ..data import Augmentation, Batches, Binning, Dataset, Recordings, open_dataset
from . import ranks
from .checkpoint import (
    NAME,
    load_network,
    load_optimizer,
    load_tally,
    read_checkpoint,
    save_checkpoint,
)
from .clock import Clock
from .environment import environment
from .feed import Feed
from .fit import Fit
from .folder import LOCK, Row, locked, read_rows, write_json, write_rows
from .locate import NotFiniteError
from .objective import Tally
from .parts import split, time_steps
from .progress import Progress
from .results import epoch_rows, result
from .settings import Settings


def make_feed(settings: Settings, dataset: Dataset, part: Recordings, training: bool) -> Feed:
    """Return the steps of recordings, augmented and shuffled if they are for training."""
    binning = Binning(
        step=settings.bin,
        steps=time_steps(dataset, settings),
        padding=settings.padding,
        channel_bin=settings.channel_bin,
    )
    augmentation = None
    if training and settings.augment:
        augmentation = Augmentation(settings.shift, settings.scale)
    batches = [
        Batches(
            part,
            binning,
            batch_size=settings.batch_size,
            augmentation=augmentation,
            shuffle=training,
            seed=settings.seed + repeat,
            device=settings.device,
            sparse=True,
        )
        for repeat in range(settings.repeats if training else 1)
    ]
    return Feed(batches, settings.repeats, binning.inputs, settings.mask, settings.padding)


def demand_unused(out: Path, resume: bool) -> None:
    """Raise unless a run can begin in this folder: it is empty, or its run has not made a step.

    Raises:
        ValueError: it holds something else.
    """
    found = set() if not out.exists() else {path.name for path in out.iterdir()}
    found = {name for name in found if name != LOCK and not name.endswith(".part")}
    if found and (found - {"settings.json", "environment.json"} or not _is_a_runs(out)):
        raise ValueError(
            f"{out} is not empty; give another --out"
            + ("" if resume else ", or --resume to go on with the run in it")
        )


def _is_a_runs(out: Path) -> bool:
    """Return whether the settings in a folder are those of a run."""
    try:
        Settings.from_json((out / "settings.json").read_text())
    except (OSError, ValueError):
        return False
    return True


class Run:
    """The state of a run between its epochs.

    Args:
        settings: of the run.
        out: its folder.
        dataset: to train on.
    """

    def __init__(self, settings: Settings, out: Path, dataset: Dataset) -> None:
        self.settings, self.out, self.dataset = settings, out, dataset
        train, validation, test = split(dataset, settings)
        self.train = make_feed(settings, dataset, train, True)
        self.test = make_feed(settings, dataset, test, False)
        self.validation = None
        if validation is not None:
            self.validation = make_feed(settings, dataset, validation, False)
        self.fit = Fit(settings, self.train.channels, dataset.classes)
        self.rows: list[Row] = []
        self.epoch, self.step = 0, 0
        self.tally, self.seconds = self.fit.tally(), {"data": 0.0, "model": 0.0}

    def open(self, resume: bool) -> None:
        """Start a run folder, or resume the run from its last checkpoint.

        Raises:
            ValueError: the folder is in use, or holds a run with other settings.
        """
        settings = self.settings.recorded(self.dataset.name)
        path = self.out / "settings.json"
        if resume and path.is_file():
            before = Settings.from_json(path.read_text())
            if before != settings:
                differ = [n for n, v in vars(before).items() if vars(settings)[n] != v]
                raise ValueError(f"{self.out.name} was started with another {', '.join(differ)}")
            if (self.out / NAME).is_file():
                self._load()
            return
        if ranks.rank() > 0:
            return
        demand_unused(self.out, resume)
        write_json(path, settings.as_json())
        write_json(self.out / "environment.json", environment(settings, self.dataset))

    def _load(self) -> None:
        tensors, position = read_checkpoint(self.out)
        load_network(tensors, self.fit.network)
        load_optimizer(tensors, self.fit.optimizer)
        self.fit.scaler.load_state_dict(position["scaler"])
        self.epoch, self.step = position["epoch"], position["step"]
        self.seconds = position["seconds"]
        if ranks.rank() == 0:
            load_tally(tensors, self.tally._asdict())
        self.rows = read_rows(self.out / "epochs.csv", self.epoch) if self.epoch else []

    def _save(self, seconds: dict[str, float], tally: Tally) -> None:
        if ranks.rank() == 0:
            position = {
                "epoch": self.epoch,
                "step": self.step,
                "seconds": seconds,
                "scaler": self.fit.scaler.state_dict(),
            }
            save_checkpoint(
                self.out, self.fit.network, self.fit.optimizer, tally._asdict(), position
            )

    def one_epoch(self, progress: Progress) -> None:
        """Train and test one epoch; write its rows and its checkpoint."""
        clock = Clock(self.settings.device, self.seconds)
        every = self.settings.checkpoint_batches

        def after(done: int) -> None:
            progress.step(self.epoch, done)
            if every and done % every == 0 and done < len(self.train):
                self.step = done
                everywhere = Tally(*map(ranks.total, self.tally))
                self._save(clock.seconds(), everywhere)

        self.fit.epoch(self.train, self.epoch, self.step, self.tally, clock, after)
        trained = Tally(*map(ranks.total, self.tally))
        last = self.epoch + 1 == self.settings.epochs
        tested = validated = None
        if last or (self.epoch + 1) % self.settings.evaluate_every == 0:
            tested = self.fit.test(self.test, self.epoch)
            if self.validation is not None:
                validated = self.fit.test(self.validation, self.epoch)
        rows = epoch_rows(self.settings, self.epoch, trained, tested, validated, clock.seconds())
        self.rows += rows
        self.epoch, self.step = self.epoch + 1, 0
        self.tally, self.seconds = self.fit.tally(), {"data": 0.0, "model": 0.0}
        if ranks.rank() == 0:
            # Rows before the checkpoint: after a resume, those beyond it are written again.
            write_rows(self.out / "epochs.csv", self.rows)
            if last and tested is not None:
                write_json(self.out / "result.json", result(self.settings, self.rows, tested))
        self._save(self.seconds, self.tally)
        progress.epoch(rows)


def train(
    settings: Settings, out: Path, resume: bool = False, progress: Progress | None = None
) -> None:
    """Train the networks of a run and write its folder.

    The folder holds settings.json, environment.json, epochs.csv (spikes of the training passes),
    result.json (spikes of the last test) and checkpoint.safetensors, each replaced whole.

    Args:
        settings: every choice.
        out: the run folder.
        resume: continue from the folder's checkpoint; on a CPU the result is bit-identical to that
            of a run that was never interrupted.
        progress: reports steps and epochs; None: nothing is reported.

    Raises:
        ValueError: the folder, the data or a setting cannot be used; the message says why.
        NotFiniteError: the loss or a gradient is not finite; result.json says so as well.
        RuntimeError: out of memory, or the method cannot run here.
    """
    with ranks.joined(settings.device), ExitStack() as held:
        run = Run(settings, out, open_dataset(settings.data))
        if ranks.rank() == 0:
            if not (resume and (out / "settings.json").is_file()):
                demand_unused(out, resume)
            out.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(out))
        run.open(resume)
        with (progress or Progress()) if ranks.rank() == 0 else Progress() as reported:
            reported.start(settings, len(run.train), run.epoch)
            try:
                while run.epoch < settings.epochs:
                    run.one_epoch(reported)
            except NotFiniteError as error:
                if ranks.rank() == 0:
                    content = {"status": "not finite", "message": str(error), "epochs": run.epoch}
                    write_json(out / "result.json", {"format": 1, **content})
                raise
            except RuntimeError as error:
                # On a CPU torch has no class of its own for this error.
                if "out of memory" in str(error) or "can't allocate memory" in str(error):
                    raise RuntimeError(
                        f"out of memory with {settings.repeats} repeats of batch size "
                        f"{settings.batch_size}; train fewer repeats at a time, or smaller batches"
                    ) from error
                raise
