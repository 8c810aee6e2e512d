"""Whether there is a C++ compiler that `torch.compile` can use."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

# What torch's generated code begins with, and the flags it is compiled with.
_SOURCE = "#include <Python.h>\n#include <omp.h>\nint threads() { return omp_get_max_threads(); }\n"
_FLAGS = ("-shared", "-fPIC", "-fopenmp")
_PATIENCE = 60


def _name() -> str:
    """Return the compiler that torch calls: it tries no other."""
    usual = {"win32": "cl", "darwin": "clang++"}.get(sys.platform, "g++")
    return os.environ.get("CXX", usual)


@cache
def _reason(name: str, path: str | None) -> str | None:
    found = shutil.which(name, path=path)
    if found is None:
        return f"needs the C++ compiler {name}, which is not here (CXX names another)"
    if not sys.platform.startswith("linux"):
        return None  # elsewhere torch brings flags of its own
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.cpp"
        source.write_text(_SOURCE)
        headers = f"-I{sysconfig.get_path('include')}"
        command = [found, *_FLAGS, headers, str(source), "-o", str(source.with_suffix(".so"))]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"needs a C++ compiler, and {name} cannot be run: {error}"
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if "error" in line]
    wrong = (errors or [f"exit status {done.returncode}"])[0].split("error: ")[-1]
    return f"needs a C++ compiler with OpenMP and Python's headers, and {name} says: {wrong}"


def missing() -> str | None:
    """Return why torch's generated C++ would not compile here, or None; tried once a process."""
    return _reason(_name(), os.environ.get("PATH"))
