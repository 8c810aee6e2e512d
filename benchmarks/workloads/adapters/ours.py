"""Our own layers as the table shows them beside the peers."""

from torch import Tensor, nn

import spsn_ref

from .adapter import PARAMETERS, Firing, Peer, Reset, Setting


def _lif(method: str, setting: Setting) -> nn.Module:
    parameters = spsn_ref.NeuronParameters(threshold=setting.threshold)
    return spsn_ref.LIF(parameters, method, "published_code")


def _spsn(firing: str, law: Firing) -> Peer:
    return Peer(
        "spsn_ref",
        lambda method, setting: spsn_ref.SPSN(PARAMETERS, firing, method),
        "no reset, fires by chance: ours",
        Reset.NONE,
        firing=law,
        as_published=("published_fft",),
    )


class _ReLU(nn.Module):
    def forward(self, current: Tensor) -> tuple[Tensor, None]:
        return current.relu(), None


PEERS = {
    "LIF": Peer("spsn_ref", _lif, "none: it is ours", Reset.ZERO),
    "SPSN-SB": _spsn("sigmoid_bernoulli", Firing.SIGMOID),
    "SPSN-GS": _spsn("gumbel_softmax", Firing.SIGMOID_OF_TWICE),
    "ReLU": Peer(
        "spsn_ref",
        lambda method, setting: _ReLU(),
        "no membrane and no spikes: it shows what the Linear costs",
        Reset.NONE,
        firing=Firing.NEVER,
    ),
}
