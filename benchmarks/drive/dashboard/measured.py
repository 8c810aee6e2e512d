"""The dashboard's input: results, and the descriptions of the benchmarks that have any."""

import shutil
from pathlib import Path

from ...instruments.files import write_json
from ..error import DriverError


def copy_measured(results: Path, copy: Path) -> None:
    """Copy asv's results, and from benchmarks.json the benchmarks with results of its version.

    asv's page asks for a graph of all that benchmarks.json describes, and a sweep of one suite
    describes every suite.

    Raises:
        DriverError: asv cannot read benchmarks.json, or nothing has results.
    """
    from asv.benchmarks import Benchmarks
    from asv.results import iter_results
    from asv.util import UserError, load_json

    try:
        described = load_json(str(results / "benchmarks.json"), Benchmarks.api_version)
    except (UserError, OSError) as error:
        raise DriverError(f"{error}: give a folder that `asv run` has filled") from None
    measured = {key for found in iter_results(results) for key in found.get_result_keys(described)}
    if not measured:
        raise DriverError(f"{results} holds no results of what its benchmarks.json describes")
    for path in results.glob("*/*.json"):
        target = copy / path.relative_to(results)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    kept = {name: text for name, text in described.items() if name in measured}
    write_json(copy / "benchmarks.json", {**kept, "version": Benchmarks.api_version})
