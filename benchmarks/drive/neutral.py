"""Names of results that hold no path; asv names an existing environment by its interpreter's."""

import json
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from ..instruments.files import write_json


def _rename(results: Path, old: tuple[str, str], new: tuple[str, str]) -> None:
    """Rename results of environment old = (name, interpreter) to the new name and interpreter."""
    for path in results.glob(f"*-{escape(old[0])}.json"):
        content = json.loads(path.read_text())
        content["env_name"] = new[0]
        content["python"] = content["params"]["python"] = new[1]
        write_json(path.with_name(path.name.replace(old[0], new[0])), content)
        path.unlink()


@contextmanager
def neutral_names(results: Path, executable: str | None = None) -> Iterator[None]:
    """Within this context results have the names that asv gives them; outside, neutral ones.

    Args:
        results: folder of one machine's results.
        executable: the interpreter asv runs in, sys.executable by default.
    """
    executable = executable or sys.executable
    asv = (f"existing-py{executable.replace('/', '_')}", executable)
    version = platform.python_version().rpartition(".")[0]
    neutral = (f"existing-py{version}", version)
    _rename(results, neutral, asv)
    try:
        yield
    finally:
        _rename(results, asv, neutral)
