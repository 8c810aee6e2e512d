"""The command `spsn-ref`."""

import inspect
import re
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import click
import torch

from ._methods import methods as list_methods
from .accuracy import errors as measure_errors
from .accuracy import markdown
from .cli_train import evaluate, train
from .neurons import NEURONS
from .parameters import NeuronParameters
from .profiling import profile_step


def _check_device(device: str) -> None:
    if device == "cuda" and not torch.cuda.is_available():
        raise click.UsageError("--device cuda: torch sees no CUDA device here; use --device cpu")


# The group of entry points by which a package adds a command: a function of a list of arguments,
# which returns an exit status.
_GROUP = "spsn_ref.commands"


def _added(point: EntryPoint) -> click.Command:
    """Return a command that hands all its arguments on."""
    run = point.load()

    @click.command(
        point.name,
        help=inspect.getdoc(run),
        add_help_option=False,
        context_settings={"ignore_unknown_options": True},
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(arguments: tuple[str, ...]) -> None:
        sys.exit(run([*arguments]))

    return command


class _Commands(click.Group):
    """The commands of this module, and those that installed packages add."""

    def list_commands(self, context: click.Context) -> list[str]:
        added = (point.name for point in entry_points(group=_GROUP))
        return sorted({*super().list_commands(context), *added})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        own = super().get_command(context, name)
        found = [*entry_points(group=_GROUP, name=name)]
        return _added(found[0]) if own is None and found else own


@click.group(cls=_Commands)
@click.version_option(package_name="spsn-ref")
def main() -> None:
    """Inspect the reference neurons, train networks of them, and measure them at your size."""


@main.command()
def methods() -> None:
    """List every method of every operation: available here, or what is missing."""
    for operation, table in list_methods().items():
        click.echo(operation)
        for name, state in table.items():
            click.echo(f"  {name:15} {state}")


@main.command()
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--longest", type=click.IntRange(1), default=10_000, show_default=True)
def errors(device: str, longest: int) -> None:
    """Compare every method with the float64 loop; print a Markdown table."""
    _check_device(device)
    for line in markdown(measure_errors(device, longest)):
        click.echo(line)


@main.command()
@click.option(
    "--architecture",
    type=click.IntRange(70),
    default=90,
    show_default=True,
    help="Compute capability times ten: 80 for an A100, 90 for an H100 or H200.",
)
def kernels(architecture: int) -> None:
    """Compile the CUDA kernels, without a GPU; print what their machine code consists of."""
    try:
        from ._triton.compiled import ToolError
        from ._triton.listing import machine_code
    except ImportError as error:
        raise click.ClickException(f"{error}; pip install 'spsn-ref[gpu]'") from error
    columns = (
        *("kernel", "registers", "spilled bytes", "instructions an element"),
        *("loads in the loop", "instructions from a load to its use"),
    )
    click.echo(f"| {' | '.join(columns)} |")
    click.echo(f"|{' --- |' * len(columns)}")
    try:
        for name, code in machine_code(architecture):
            cells = [name, code.registers, code.spilled, f"{code.instructions:.1f}"]
            cells += [code.loads, code.ahead]
            click.echo(f"| {' | '.join(map(str, cells))} |")
    except ToolError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--neuron", type=click.Choice(list(NEURONS)), default="SPSN-SB", show_default=True)
@click.option("--method", help="One of `spsn-ref methods`; default: the neuron's own default.")
@click.option("--time-steps", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--batch", type=click.IntRange(1), default=64, show_default=True)
@click.option("--units", type=click.IntRange(1), default=128, show_default=True)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option(
    "--dtype",
    type=click.Choice(["float32", "float64", "bfloat16", "float16"]),
    default="float32",
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("profile"),
    show_default=True,
    help="Folder for the trace; open it in Perfetto or chrome://tracing.",
)
def profile(
    neuron: str,
    method: str | None,
    time_steps: int,
    batch: int,
    units: int,
    device: str,
    dtype: str,
    out: Path,
) -> None:
    """Profile one forward and backward pass of a neuron, without a Linear layer."""
    _check_device(device)
    settings = {} if method is None else {"method": method}
    kind = NEURONS[neuron]
    if method is not None and kind.operation is None:
        raise click.UsageError(f"--method: {neuron} has one way only; leave it out")
    module = kind.make(NeuronParameters(), **settings)
    try:
        found = profile_step(module, (time_steps, batch, units), device, getattr(torch, dtype))
    except (ValueError, RuntimeError) as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    name = f"{neuron}-{method or 'default'}-{device}-T{time_steps}-B{batch}-N{units}-{dtype}"
    path = out / f"{re.sub(r'[^A-Za-z0-9_.-]', '-', name)}.json"
    temporary = path.with_suffix(".tmp.json")
    found.recorded.export_chrome_trace(str(temporary))
    temporary.replace(path)
    click.echo(found.table)
    click.echo(f"kernel launches     {found.launches}")
    click.echo(
        f"bytes, op level     {found.bytes_moved:,} ({found.bytes_per_element:.1f} per element)"
    )
    click.echo(f"trace               {path}")


main.add_command(train)
main.add_command(evaluate)

if __name__ == "__main__":
    main()
