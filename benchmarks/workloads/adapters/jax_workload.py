"""What is timed of a JAX function: three compiled calls, on the inputs of every other case."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.utils.dlpack import from_dlpack

from ...cases.case import Case
from ...cases.request import current_request
from ...instruments.clock import phase_durations
from ..layers import Workload

# JAX's arrays: it may be absent, and its types are not checked here.
Array = Any


class JaxWorkload(Workload):
    """Weights and layer as JAX functions; the weights and inputs are those of every other case.

    XLA compiles before anything is timed: the forward pass, the backward pass and, as a user would
    run it, both as one. The third duration, and the seconds of compiling, are of that one.
    """

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        """Compile the layer of a case; its sizes are the case's."""
        import jax

        if records := current_request().records:  # compiled once for all rounds of a case
            jax.config.update("jax_compilation_cache_dir", str(Path(records) / "jax"))
            jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        super().__init__(case, make_layer)
        place = jax.devices("gpu" if case.device == "cuda" else "cpu")[0]
        self._put = partial(jax.device_put, device=place)
        self._weights, self._arrays = self.arguments(case)
        self.inputs = []
        self.neurons = []
        self.synchronize = lambda: jax.block_until_ready(self._pending)
        self._pending: Any = None
        self._pull: Any = None
        self._told: Any = None

        def forward(weights: Any, x: Any) -> Any:
            return jax.vjp(lambda w: self.compute(w, x), weights, has_aux=True)

        def backward(pull: Any, gradient: Array) -> Any:
            return pull(gradient)[0]

        def both(weights: Any, x: Any, gradient: Array) -> Any:
            output, pull, seen = forward(weights, x)
            return output, seen, backward(pull, gradient)

        first = self._weights, self._arrays[0]
        output, pull, _ = jax.eval_shape(forward, *first)
        gradient = self._output_gradient = self.output_gradient(output.shape)
        self._forward = jax.jit(forward).lower(*first).compile()
        self._backward = jax.jit(backward).lower(pull, gradient).compile()
        begun = time.perf_counter()
        self._whole = jax.jit(both).lower(*first, gradient).compile()
        self.compiled_in = time.perf_counter() - begun

    def put(self, tensor: Tensor) -> Array:
        """Return a tensor as an array on the device."""
        return self._put(tensor.detach().cpu().numpy())

    def arguments(self, case: Case) -> tuple[Any, Sequence[Any]]:
        """Return the weights, and the inputs that calls take in turn, as arrays."""
        raise NotImplementedError

    def output_gradient(self, shape: tuple[int, ...]) -> Array:
        """Return the gradient of an output of this shape."""
        raise NotImplementedError

    def compute(self, weights: Any, x: Any) -> tuple[Array, Any]:
        """Return the output that gradients start from, and what else tells the spikes."""
        raise NotImplementedError

    def spikes_of(self, output: Array, seen: Any) -> Tensor:
        """Return the spikes of a call, [time, batch, unit]."""
        raise NotImplementedError

    def _next(self) -> Any:
        self._turn += 1
        return self._arrays[self._turn % len(self._arrays)]

    def forward(self) -> None:
        """Run the layer on the next input."""
        output, self._pull, seen = self._pending = self._forward(self._weights, self._next())
        self._told = output, seen

    def backward(self) -> None:
        """Run the backward pass of the last forward pass, down to the weights."""
        self._pending = self._found = self._backward(self._pull, self._output_gradient)

    def _all(self) -> None:
        self._pending = self._whole(self._weights, self._next(), self._output_gradient)
        *self._told, self._found = self._pending

    def clear(self) -> None:
        """Forget the last call."""
        self._pending = self._pull = self._told = self._found = None
        self.layers = []

    def gradients(self) -> list[Tensor]:
        """Return the gradients of the weights after a call."""
        return [from_dlpack(gradient) for gradient in self._found]

    def call(self) -> list[float]:
        """Time one step: seconds of [forward, backward, both compiled as one]."""
        self.clear()
        durations = phase_durations([self.forward, self.backward], self.synchronize)
        self.clear()
        durations += phase_durations([self._all], self.synchronize)
        self.layers = [self.spikes_of(*self._told)]
        return durations
