"""accelerated-scan 0.3: a scan of a linear recurrence over the last dimension, on CUDA."""

from torch import Tensor

from .adapter import Firing, Peer, Reset
from .scanned import Scanned


class _Scan(Scanned):
    def into(self, current: Tensor) -> Tensor:
        return current.permute(1, 2, 0).contiguous()

    def out_of(self, membrane: Tensor, like: Tensor) -> Tensor:
        return membrane.permute(2, 0, 1).contiguous()

    def scan(self, gate: Tensor, signal: Tensor) -> Tensor:
        from accelerated_scan.scalar import scan

        scanned: Tensor = scan(gate, signal)
        return scanned


PEERS = {
    "AcceleratedScan-SPSN": Peer(
        "accelerated_scan.scalar",
        _Scan,
        "no reset, fires by chance as our SPSN-SB, time comes last, and its decay is a tensor that "
        "it reads and differentiates",
        Reset.NONE,
        firing=Firing.SIGMOID,
    ),
}
