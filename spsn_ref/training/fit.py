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

# What random numbers are used for: one of the numbers that make their seed.
TRAINING, TESTING, TRIALS = 0, 1, 2


def generators(settings: Settings, epoch: int, step: int, purpose: int) -> list[Generator]:
    """Return each repeat's source of a step's spikes, which depends only on the arguments.

    Repeat r draws what a single run with seed + r would draw. Of several processes every one draws
    differently, unless the neurons draw by counter: then by the numbers of their lanes.
    """
    found = []
    rank = 0 if settings.by_counter else ranks.rank()
    for repeat in range(settings.repeats):
        numbers = (settings.seed + repeat, epoch, step, purpose, rank)
        (seed,) = np.random.SeedSequence(numbers).generate_state(1, np.uint64)
        found.append(Generator(settings.device).manual_seed(int(seed)))
    return found


def make_network(settings: Settings, channels: int, classes: int) -> RepeatedNetwork:
    """Return the networks of all repeats; repeat r has the initial weights of seed + r."""
    seeds = [Generator().manual_seed(settings.seed + r) for r in range(settings.repeats)]
    sizes = (channels, *settings.hidden, classes)
    return RepeatedNetwork(seeds, sizes, **settings.network()).to(settings.device)


def learning_rate(settings: Settings, done: float) -> float:
    """Return the learning rate of a step, given the fraction of the run's steps done before it."""
    if settings.schedule == "constant":
        return settings.learning_rate
    return settings.learning_rate * (1 + math.cos(math.pi * done)) / 2


class Fit:
    """The network, its optimiser, and its training and test epochs.

    Args:
        settings: of the run.
        channels: input channels.
        classes: number of classes.
    """

    def __init__(self, settings: Settings, channels: int, classes: int) -> None:
        self.settings = settings
        self.network = make_network(settings, channels, classes)
        self.optimizer = torch.optim.Adamax(self.network.parameters(), lr=settings.learning_rate)
        # Not the default of 2^16, which overflows here: each overflow costs a step.
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
        """Return an empty tally."""
        layers = len(self.settings.hidden) if self.settings.spiking else 0
        return Tally.zero(self.settings.repeats, layers, self.settings.device)

    def _forward(
        self, model: nn.Module, step: Step, sources: list[Generator]
    ) -> tuple[Tensor, list[Tensor]]:
        dtype = getattr(torch, self.settings.dtype)
        with torch.autocast(self.settings.device, dtype, enabled=dtype != torch.float32):
            first = step.first if self.settings.by_counter else 0
            membrane, outputs = model(step.inputs, sources, first)
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
            tally: to which losses, hits and spikes are added.
            clock: to which the seconds are added.
            after: called after each step with the number of steps done.

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
            loss, counted = self.objective(membrane, outputs, *step[1:-1])
            # DistributedDataParallel averages gradients over processes; the loss is their sum.
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
        # The scaler lets gradients overflow on purpose and skips such steps.
        if self.scaler.is_enabled():
            return []
        return [w.grad for w in self.network.parameters() if w.grad is not None]

    def _stop(self, epoch: int, index: int, step: Step | None) -> None:
        sources = generators(self.settings, epoch, index, TRAINING)
        where = locate(self.network, step and step.inputs, sources)
        raise NotFiniteError(
            f"epoch {epoch}, step {index}: the loss or a gradient is not finite; the first place "
            f"is {where}. The last checkpoint is kept; try a lower learning rate or float32"
        )

    @torch.no_grad()
    def test(
        self,
        feed: Feed,
        epoch: int,
        each: Callable[[Step, Tensor, Tensor], None] | None = None,
        purpose: int = TESTING,
    ) -> Tally:
        """Run the networks over a feed without training; return the tally of all processes.

        Args:
            feed: the steps.
            epoch: number of the epoch, part of the spikes' seed.
            each: called with each step, its readout membrane [time, repeat * batch, class] and its
                scores [repeat * batch, class].
            purpose: what the spikes are drawn for, part of their seed.
        """
        tally = self.tally()
        for index, step in enumerate(feed.epoch(0)):
            sources = generators(self.settings, epoch, index, purpose)
            membrane, outputs = self._forward(self.network, step, sources)
            tally.add(self.objective(membrane, outputs, *step[1:-1])[1])
            if each is not None:
                each(step, membrane, self.objective.scores(membrane, step.valid))
        return Tally(*map(ranks.total, tally))
