"""Calls of every fused neuron, for tests that compare their results."""

import torch

from spsn_ref import leaky_integrate, lif, spsn

FIRINGS = ("sigmoid_bernoulli", "gumbel_softmax")
RESETS = ("printed", "published_code")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def current(steps, lanes, seed=0, dtype=torch.float32):
    return 0.1 + 0.4 * torch.randn(steps, lanes, generator=generator(seed), dtype=dtype)


def neurons(with_membrane=True):
    """Functions from (current, state) to (outputs ..., state)."""

    def integrator(x, state):
        return leaky_integrate(x, 0.95, 0.9, method="numba", state=state, return_state=True)

    found = {"integrator": integrator}
    for firing in FIRINGS:
        found[firing] = lambda x, state, firing=firing: spsn(
            x,
            firing=firing,
            method="numba",
            generator=generator(3),
            with_membrane=with_membrane,
            state=state,
            return_state=True,
        )
    for reset in RESETS:
        found[reset] = lambda x, state, reset=reset: lif(
            x,
            method="numba",
            reset=reset,
            slope=10.0,
            with_membrane=with_membrane,
            state=state,
            return_state=True,
        )
    return found


def results(call, x, state=None):
    """Outputs, the last state and the gradients of all of them."""
    x = x.detach().clone().requires_grad_()
    outputs = call(x, state)
    tensors = [tensor for tensor in outputs[:-1] if tensor is not None]
    tensors += [outputs[-1].synaptic, outputs[-1].membrane]
    grads = [torch.randn(t.shape, generator=generator(1), dtype=t.dtype) for t in tensors]
    torch.autograd.backward(tensors, grads)
    return [*(tensor.detach() for tensor in tensors), x.grad]
