"""The programs of docs/streaming.md, small: bounded memory, and the gradient of the whole."""

import re
from pathlib import Path

import torch

import spsn_ref

PAGE = Path(__file__).parent.parent.parent / "docs" / "streaming.md"


def programs():
    return re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), flags=re.M | re.S)


def run(text, namespace, **constants):
    """Run a program of the page with other values of its constants, each of which it must have."""
    for name, value in constants.items():
        namespace[f"_{name}"] = value
        text, found = re.subn(
            rf"^([A-Z, ]*\b{name}\b[A-Z, ]* = .*)$",
            rf"\1\n{name} = _{name}",
            text,
            count=1,
            flags=re.M,
        )
        assert found, name
    exec(compile(text, PAGE.name, "exec"), namespace)
    return namespace


def test_streaming(capsys):
    stream, *_ = programs()
    constants = {"STEPS": 75, "CUT": 16, "METHOD": "loop"}
    found = run(stream, {}, **constants)
    assert found["state"].step == 75
    assert "75 steps done" in capsys.readouterr().out
    whole = torch.cat([found["read"](k, min(k + 16, 75)) for k in range(0, 75, 16)])
    p = spsn_ref.NeuronParameters()
    membrane, end = spsn_ref.leaky_integrate(whole, p.alpha, p.beta, "loop", return_state=True)
    assert torch.equal(found["state"].membrane, end.membrane)
    assert torch.equal(found["state"].synaptic, end.synaptic)
    # As many spikes as the membrane's probabilities announce.
    expected = membrane.sigmoid().sum().item()
    assert abs(found["counts"].sum().item() - expected) < 4 * expected**0.5


def gradients(network):
    return [weight.grad.clone() for weight in network.parameters()]


def test_bptt_in_cuts_and_truncated():
    # The page's network has the default dtype; in float64 nothing hides behind rounding.
    torch.set_default_dtype(torch.float64)
    try:
        _, exact, truncated = programs()
        found = run(exact, {}, CUTS=5, CUT=12)
        network, loss_of = found["network"], found["loss_of"]
        ours = gradients(network)
        assert found["starts"] == []

        network.zero_grad()
        states, total = None, 0.0
        for k in range(5):
            loss, states = loss_of(k, states)
            total = total + loss
        total.backward()
        truth = gradients(network)
        for one, other in zip(ours, truth, strict=True):
            assert other.abs().max() > 0
            torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-14)

        network.zero_grad()
        run(truncated, found)
        shorter = gradients(network)
        assert any(
            not torch.allclose(one, other) for one, other in zip(shorter, truth, strict=True)
        )
    finally:
        torch.set_default_dtype(torch.float32)
