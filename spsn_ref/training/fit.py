"""One pass over the data: forward, backward, update; or forward alone."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn

from . import ranks
from .clock import Clock
from .feed import Feed, Step
from .finite import FiniteCheck
from .locate import NotFiniteError, locate
from .network import RepeatedNetwork
from .objective import Objective, Tally
from .settings import Settings

# What random numbers are drawn for: the last word of a seed.
TRAINING, TESTING, TRIALS = 0, 1, 2


def generators(settings: Settings, epoch: int, step: int, purpose: int) -> list[Generator]:
    """Make the source of a step's spikes for each repeat, a function of its arguments alone.

    Repeat r draws what a run of its own with seed + r would draw; each process draws its own.
    """
    found = []
    for repeat in range(settings.repeats):
        words = (settings.seed + repeat, epoch, step, purpose, ranks.rank())
        (seed,) = np.random.SeedSequence(words).generate_state(1, np.uint64)
        found.append(Generator(settings.device).manual_seed(int(seed)))
    return found


def make_network(settings: Settings, channels: int, classes: int) -> RepeatedNetwork:
    """Make the networks of all repeats; repeat r has the initial weights of seed + r."""
    seeds = [Generator().manual_seed(settings.seed + r) for r in range(settings.repeats)]
    sizes = (channels, *settings.hidden, classes)
    return RepeatedNetwork(seeds, sizes, **settings.network()).to(settings.device)


def learning_rate(settings: Settings, done: float) -> float:
    """Return the learning rate of a step, given the fraction of the run's steps done before it."""
    if settings.schedule == "constant":
        return settings.learning_rate
    return settings.learning_rate * (1 + math.cos(math.pi * done)) / 2


class Fit:
    """The network, its optimiser, and what a step does with them.

    Args:
        settings: of the run.
        channels: input channels.
        classes: number of classes.
    """

    def __init__(self, settings: Settings, channels: int, classes: int) -> None:
        self.settings = settings
        self.network = make_network(settings, channels, classes)
        self.optimizer = torch.optim.Adamax(self.network.parameters(), lr=settings.learning_rate)
        # From 2^10 on: the default of 2^16 overflows here, and each overflow costs a step.
        self.scaler = torch.amp.GradScaler(
            settings.device, init_scale=2.0**10, enabled=settings.dtype == "float16"
        )
        self.objective = Objective(
            settings.repeats,
            settings.loss,
            settings.theta,
            settings.theta_weight,
            sum(settings.hidden),
        )
        self._model: nn.Module = self.network
        if ranks.size() > 1:
            self._model = nn.parallel.DistributedDataParallel(self.network)

    def tally(self) -> Tally:
        """Make an empty tally."""
        layers = len(self.settings.hidden) if self.settings.spiking else 0
        return Tally.zero(self.settings.repeats, layers, self.settings.device)

    def _forward(
        self, model: nn.Module, step: Step, sources: list[Generator]
    ) -> tuple[Tensor, list[Tensor]]:
        dtype = getattr(torch, self.settings.dtype)
        with torch.autocast(self.settings.device, dtype, enabled=dtype != torch.float32):
            membrane, outputs = model(step.inputs, sources)
        return membrane, outputs if self.settings.spiking else []

    def epoch(
        self,
        feed: Feed,
        number: int,
        start: int,
        tally: Tally,
        clock: Clock,
        after: Callable[[int], Any],
    ) -> None:
        """Train on the steps of an epoch, from step `start` on.

        Args:
            feed: the steps.
            number: of the epoch.
            start: first step to take.
            tally: what is counted is added to it.
            clock: the seconds are added to it.
            after: called with the number of steps done, after each.

        Raises:
            NotFiniteError: the loss or a gradient is not finite.
        """
        check = FiniteCheck(self.settings.device)
        steps = self.settings.epochs * len(feed)
        clock.skip()
        for index, step in enumerate(feed.epoch(number, start), start):
            clock.mark("data")
            self.optimizer.zero_grad()
            sources = generators(self.settings, number, index, TRAINING)
            membrane, outputs = self._forward(self._model, step, sources)
            loss, counted = self.objective(membrane, outputs, *step[1:])
            # DistributedDataParallel averages over processes; the loss is a sum over them.
            self.scaler.scale(loss * ranks.size()).backward()  # type: ignore[no-untyped-call]
            wrong = check(index, loss, self._gradients())
            if wrong is not None:
                self._stop(number, wrong, step)
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(self.settings, (number * len(feed) + index) / steps)
            self.scaler.step(self.optimizer)
            self.scaler.update()
            tally.add(counted)
            clock.mark("model")
            after(index + 1)
            clock.skip()
        wrong = check.rest()
        if wrong is not None:
            self._stop(number, wrong, None)

    def _gradients(self) -> list[Tensor]:
        # The scaler makes gradients overflow on purpose and leaves such a step out.
        if self.scaler.is_enabled():
            return []
        return [w.grad for w in self.network.parameters() if w.grad is not None]

    def _stop(self, epoch: int, index: int, step: Step | None) -> None:
        sources = generators(self.settings, epoch, index, TRAINING)
        place = locate(self.network, step and step.inputs, sources)
        raise NotFiniteError(
            f"epoch {epoch}, step {index}: the loss or a gradient is not finite; the first place "
            f"is {place}. The last checkpoint is kept; try a lower learning rate or float32"
        )

    @torch.no_grad()
    def test(
        self,
        feed: Feed,
        epoch: int,
        each: Callable[[Step, Tensor, Tensor], None] | None = None,
        purpose: int = TESTING,
    ) -> Tally:
        """Run the networks over a feed without training, and count over all processes.

        Args:
            feed: the steps.
            epoch: number of the epoch, which seeds the spikes.
            each: called with each step, its readout membrane [time, repeat * batch, class] and its
                scores [repeat * batch, class].
            purpose: what the spikes are drawn for.
        """
        tally = self.tally()
        for index, step in enumerate(feed.epoch(0)):
            sources = generators(self.settings, epoch, index, purpose)
            membrane, outputs = self._forward(self.network, step, sources)
            tally.add(self.objective(membrane, outputs, *step[1:])[1])
            if each is not None:
                each(step, membrane, self.objective.scores(membrane, step.valid))
        return Tally(*map(ranks.total, tally))
