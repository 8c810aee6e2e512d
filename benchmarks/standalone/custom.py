"""The option --neuron."""

from collections.abc import Iterable

from ..cases.custom import custom_method
from ..drive.error import DriverError


def custom_methods(neurons: Iterable[str]) -> list[str]:
    """Return what cases call the neurons of an option --neuron.

    Raises:
        DriverError: one names no factory.
    """
    try:
        return [custom_method(neuron) for neuron in neurons]
    except ValueError as error:
        raise DriverError(f"--neuron {error}") from None
