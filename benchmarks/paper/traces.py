"""Figure 1-C: the response of one neuron of each kind to one input."""

from typing import Any

STEPS = 300
SEED = 1
# Input spikes a step, of which the middle third of the time has three times as many.
RATE, BURST = 0.15, 3.0
WEIGHT = 0.25


def traces() -> dict[str, Any]:
    """Calculate input, synaptic current, and each neuron's membrane and spikes, float64.

    The input is random spikes of one weight, few at first, many, then few again. LIF resets as in
    the published code; all constants are Table I's.

    Returns:
        Lists over time-steps: "input", "synaptic" (eq. 5) and, of each neuron in "neurons",
        "membrane" and "spikes"; "dt" in seconds, "threshold" of the LIF.
    """
    import torch

    from spsn_ref import NeuronParameters, leaky_integrate, lif, spsn

    generator = torch.Generator().manual_seed(SEED)
    parameters = NeuronParameters()
    rate = torch.full((STEPS, 1, 1), RATE, dtype=torch.float64)
    rate[STEPS // 3 : 2 * STEPS // 3] *= BURST
    current = WEIGHT * torch.poisson(rate, generator)
    # With no membrane to charge, eq. (7) leaves the current of eq. (5).
    synaptic = leaky_integrate(current, parameters.alpha, 0.0, method="loop")
    made = {"LIF": lif(current, parameters, method="loop", reset="published_code")}
    for neuron, firing in (("SPSN-SB", "sigmoid_bernoulli"), ("SPSN-GS", "gumbel_softmax")):
        made[neuron] = spsn(current, parameters, firing=firing, generator=generator, method="loop")
    return {
        "dt": parameters.dt,
        "threshold": parameters.threshold,
        "input": current.flatten().tolist(),
        "synaptic": synaptic.flatten().tolist(),
        "neurons": {
            neuron: {
                "membrane": membrane.flatten().tolist(),
                "spikes": spikes.flatten().int().tolist(),
            }
            for neuron, (spikes, membrane) in made.items()
        },
    }
