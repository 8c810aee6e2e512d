"""Whether "compile" is available is whether torch's code compiles here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import spsn_ref
from spsn_ref.lif import compiler

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="flags are those of Linux")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Return a folder that alone is searched for programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    return tmp_path


def program(file, text):
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@linux
def test_torch_tries_one_compiler_and_so_do_we(path):
    program(path / "clang++", "exit 0")
    reason = spsn_ref.methods()["lif"]["compile"]
    assert reason == "needs the C++ compiler g++, which is not here (CXX names another)"
    with pytest.raises(RuntimeError, match=r"'compile' is not available here: needs the C\+\+"):
        spsn_ref.lif(torch.zeros(3, 1), method="compile")


@linux
def test_a_compiler_that_compiles_nothing_is_none(path):
    program(path / "g++", "echo 'x.cpp:1: fatal error: Python.h: No such file' >&2; exit 1")
    assert compiler.missing().endswith("and g++ says: Python.h: No such file")


@linux
def test_a_compiler_that_is_no_program_is_named(path):
    (path / "g++").write_bytes(b"\x7fELF")
    (path / "g++").chmod(0o755)
    assert "g++ cannot be run" in compiler.missing()


@linux
def test_cxx_names_the_compiler(path, monkeypatch):
    program(path / "mine", "exit 0")
    monkeypatch.setenv("CXX", "mine")
    assert compiler.missing() is None


@linux
@pytest.mark.parametrize("here", [True, False])
def test_what_is_said_is_what_torch_does(here, tmp_path):
    # A fresh cache of torch's, and a process of its own: compiled code is kept in both.
    environment = {**os.environ, "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "cache")}
    if not here:
        environment["PATH"] = str(tmp_path)
        environment.pop("CXX", None)
    code = (
        "import torch, spsn_ref\n"
        "said = spsn_ref.methods()['lif']['compile'] == 'available'\n"
        "try: torch.compile(lambda x: x.sin() + 1)(torch.ones(3)); does = True\n"
        "except Exception as error: does = False\n"
        "print(said, does)"
    )
    command = [sys.executable, "-c", code]
    root = Path(spsn_ref.__file__).parent.parent
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment, cwd=root
    )
    said, does = done.stdout.split()
    assert said == does
    assert here or said == "False"
