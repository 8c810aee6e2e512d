"""From a case to its work: the one file that knows every kind of it.

Each kind is imported when a case asks for it, so that a suite loads nothing that it does not need.
"""

from collections.abc import Callable
from functools import partial

from torch import nn

from ..cases.case import Case
from ..cases.custom import is_custom
from ..cases.libraries import is_peer
from ..cases.neurons import is_captured, ranks_of
from .epoch import Epoch
from .layers import Workload


def make_neuron(case: Case) -> nn.Module:
    """Make the case's neuron: ours, another library's layer, or a user's own.

    Raises:
        CaseError: it is not to be had here; the reason says why.
    """
    if is_peer(case.neuron_method):
        from .adapters.registry import make_layer

        return make_layer(case)
    if is_custom(case.neuron_method):
        from . import custom

        return custom.make_layer(case)
    if case.suite == "lmu":
        from . import lmu

        return lmu.make_layer(case)
    if ranks_of(case.method) > 1:
        from . import sharded

        return sharded.make_layer(case)
    from . import neurons

    return neurons.make_neuron(case)


def _kind(case: Case) -> Callable[[Case, Callable[[], nn.Module]], Workload]:
    if is_peer(case.neuron_method):
        from .adapters.registry import peer_of

        return peer_of(case.neuron_method).workload or Workload
    if case.suite == "lmu":
        from .lmu import Memory

        return Memory
    if case.neuron == "floor":
        from .floor import Floor, Stream

        return Stream if case.method == "stream" else Floor
    if ranks_of(case.method) > 1:
        from .sharded import Sharded

        return Sharded
    if is_captured(case.method):
        from .captured import Captured

        return Captured
    return Workload


def make_workload(case: Case) -> Workload | Epoch:
    """Make the work of a case.

    Raises:
        CaseError: its neuron is not to be had here; the reason says why.
    """
    if case.suite == "training_epoch":
        return Epoch(case)
    return _kind(case)(case, partial(make_neuron, case))
