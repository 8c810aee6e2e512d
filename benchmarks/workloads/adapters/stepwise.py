"""A library's cell, stepped over time: by Python, or several time-steps compiled together.

A cell that is compiled alone computes for a few microseconds a time-step, and takes tens of them to
be entered; so `compile_chunk` compiles 16 steps at a time, as LIF/compile does.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .adapter import Setting

# The membrane comes first.
State = tuple[Tensor, ...]
# As in spsn_ref.lif.compiled.
_STEPS = 16
# Limit of compiled variants: torch's 8 are too few where many layers are made in one process.
_VARIANTS = 256


class Stepwise(nn.Module):
    """A layer that maps current [time, batch, unit] to (spikes, membrane), step by step.

    Args:
        method: "compile_chunk", "indexed" (which takes each step's input as `current[t]`), or any
            other: over `current.unbind(0)`.
        setting: what it is made for.
        states: number of tensors of the state, which begins with zeros.
        unit: of its membrane, in ours.
    """

    def __init__(self, method: str, setting: Setting, states: int, unit: float = 1.0) -> None:
        super().__init__()
        self._record, self._states, self._unit = setting.record, states, unit
        self._indexed = method == "indexed"
        self._chunk: Any = None
        if method == "compile_chunk":
            # dynamic=False: a number that differs from one layer to the next stays a constant.
            self._chunk = torch.compile(self._compiled_steps, fullgraph=True, dynamic=False)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Map the input of a time-step and the state before it to spikes and the state after it."""
        raise NotImplementedError

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        """Run the cell over all time-steps, from rest."""
        if self._chunk is None:
            rest = torch.zeros_like(current[0])
            inputs: Iterable[Tensor] = current.unbind(0)
            if self._indexed:
                inputs = (current[t] for t in range(len(current)))
            spikes, membrane, _ = self._over(inputs, (rest,) * self._states)
        else:
            spikes, membrane = self._in_chunks(current)
        return spikes, None if membrane is None else membrane / self._unit

    def _over(self, inputs: Iterable[Tensor], state: State) -> tuple[Tensor, Tensor | None, State]:
        train, membranes = [], []
        for x in inputs:
            spikes, state = self.step(x, state)
            train.append(spikes)
            if self._record:
                membranes.append(state[0])
        return torch.stack(train), torch.stack(membranes) if membranes else None, state

    def _compiled_steps(self, inputs: Tensor, state: State) -> tuple[Tensor, Tensor | None, State]:
        return self._over(inputs.unbind(0), state)

    def _in_chunks(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        from torch._dynamo import config

        steps = len(current)
        # Zeros after the last time-step affect none before them, and all chunks have one shape.
        padded = functional.pad(current, [0, 0, 0, 0, 0, -steps % _STEPS])
        # Like every later state, it requires a gradient where the current does: one variant serves.
        trained = torch.is_grad_enabled() and current.requires_grad
        state: State = tuple(
            torch.zeros_like(current[0], requires_grad=trained) for _ in range(self._states)
        )
        train, membranes = [], []
        # fullgraph: beyond this limit torch would run the cell uncompiled without saying so.
        with config.patch(recompile_limit=_VARIANTS):
            for inputs in torch.split(padded, _STEPS):
                spikes, membrane, state = self._chunk(inputs, state)
                train.append(spikes)
                if membrane is not None:
                    membranes.append(membrane)
        return torch.cat(train)[:steps], torch.cat(membranes)[:steps] if membranes else None
