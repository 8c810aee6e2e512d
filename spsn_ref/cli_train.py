"""The commands `spsn-ref train` and `spsn-ref evaluate`."""

from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click
from click.core import ParameterSource

from .published import PUBLISHED
from .training.settings import Settings


class _Layers(click.ParamType):  # type: ignore[type-arg]
    name = "units,units,..."

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(units) for units in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of whole numbers; give 128,128,128", param, ctx)


_HINTS = get_type_hints(Settings)


def _missing(error: ImportError) -> click.ClickException:
    return click.ClickException(f"{error}; pip install 'spsn-ref[train]'")


def _type(field: Field[Any]) -> Any:
    if field.metadata["choices"]:
        return click.Choice(field.metadata["choices"])
    # Of `float | None` the float.
    hint = _HINTS[field.name]
    return next(one for one in (*get_args(hint), hint) if one is not type(None))


def _setting(field: Field[Any]) -> Callable[[Any], Any]:
    """Return the option of a setting, with the name, type, default and help of the field."""
    name = field.name.replace("_", "-")
    text = field.metadata["help"]
    if field.name == "hidden":
        units: Any = field.default
        shown = ",".join(map(str, units))
        return click.option("--hidden", type=_Layers(), default=shown, help=text)
    if isinstance(field.default, bool):
        return click.option(f"--{name}/--no-{name}", field.name, default=field.default, help=text)
    return click.option(
        f"--{name}", field.name, type=_type(field), default=field.default, help=text
    )


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    for field in reversed(fields(Settings)):
        command = _setting(field)(command)
    return command


def _resumed(context: click.Context, out: Path, chosen: dict[str, Any]) -> Settings:
    """Return the settings of the folder; options given now must agree with them."""
    before = Settings.from_json((out / "settings.json").read_text())
    given = {
        name: value
        for name, value in chosen.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    for name, value in given.items():
        if name != "data" and getattr(before, name) != value:
            raise ValueError(
                f"--{name.replace('_', '-')} {value}: {out.name} was started with "
                f"{getattr(before, name)}; leave the option out, or give another --out"
            )
    return before.with_data(given.get("data"))


@click.command(context_settings={"show_default": True})
@_settings
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the run: settings, environment, epochs.csv, result, checkpoint.",
)
@click.option("--resume", is_flag=True, help="Go on with the run in --out where it was stopped.")
@click.pass_context
def train(context: click.Context, /, out: Path, resume: bool, **chosen: Any) -> None:
    """Train the paper's network; several seeds at once with --repeats.

    On several processors: torchrun --nproc-per-node N -m spsn_ref.cli train ...
    """
    from .training import Console
    from .training import train as run

    try:
        if resume and (out / "settings.json").is_file():
            settings = _resumed(context, out, chosen)
        else:
            settings = Settings(**chosen)
        run(settings, out, resume, Console())
    except ImportError as error:
        raise _missing(error) from error
    except (ValueError, ArithmeticError, NotImplementedError, RuntimeError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _test(
    run: Path, neuron: str | None, data: str | None, trials: int, device: str
) -> dict[str, Any]:
    from . import training

    if neuron is None:
        return training.evaluate(run, data, trials, device)
    return training.evaluate_published(run, neuron, data or "shd", trials, device)


@click.command(context_settings={"show_default": True})
@click.argument("run", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--neuron",
    type=click.Choice(PUBLISHED),
    help="Of a weight file of the paper's authors: its neuron; ReLU is their Non-Spiking.",
)
@click.option(
    "--data", help="Folder of the data set, if the run was trained on one; of a weight file: shd."
)
@click.option("--trials", type=click.IntRange(1), default=10, help="Passes over the test set.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu")
def evaluate(run: Path, neuron: str | None, data: str | None, trials: int, device: str) -> None:
    """Test a run: accuracy, spikes, synaptic operations, robustness to its own randomness.

    RUN is a folder that `train` wrote, or with --neuron a weight file of the paper's authors.
    """
    if run.is_dir() and neuron is not None:
        raise click.UsageError(f"--neuron {neuron}: {run} is a run, which knows; leave it out")
    if not run.is_dir() and neuron is None:
        raise click.UsageError(
            f"{run} is no folder of a run; of a weight file of the paper's authors, give --neuron, "
            f"one of {', '.join(PUBLISHED)}"
        )
    try:
        found = _test(run, neuron, data, trials, device)
    except ImportError as error:
        raise _missing(error) from error
    except (ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for repeat, accuracy in enumerate(found["accuracy"]):
        words = [f"repeat {repeat}", f"accuracy {accuracy:.1%}"]
        if found["spikes_per_ms_by_layer"] is not None:
            layers = found["spikes_per_ms_by_layer"][repeat]
            words.append(f"spikes/ms {' + '.join(f'{rate:.2f}' for rate in layers)}")
            words.append(f"{found['synaptic_operations'][repeat]:,.0f} operations a sample")
        unchanged = found["robustness"]["unchanged_fraction"][repeat]
        words.append(f"label unchanged in {trials} trials: {unchanged:.1%}")
        click.echo("  ".join(words))
