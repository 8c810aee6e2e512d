"""asv's `results/` tree, read with `json` and checked before anything is used.

A *track* is one asv benchmark (`suite.Class.track_quantity`), a *run* one result file: one machine,
commit and environment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..text import printable
from .asv_files import PARAMETERS, BadFileError, Case, Cell, Track, cells_of, read_json
from .schema import (
    FACTS,
    Benchmark,
    BenchmarksFile,
    JournalFile,
    MachineFile,
    ResultFile,
    validated,
)


@dataclass(frozen=True)
class Omission:
    """A file, or a part of one, that was left out: what is wrong with it, and the remedy."""

    file: Path
    what: str
    remedy: str

    def __str__(self) -> str:
        return printable(f"{self.file}: {self.what}. {self.remedy}.")


@dataclass
class Run:
    """One result file; `suites` maps suite, then quantity, then case to its cell."""

    file: Path
    machine: str
    commit: str
    env: str
    date: float
    facts: dict[str, str]
    suites: dict[str, dict[str, dict[Case, Cell]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Journal:
    """What one sweep was, and on which machine."""

    machine: str
    told: JournalFile


@dataclass
class Results:
    """Everything that was read, and everything that was left out."""

    root: Path
    runs: list[Run] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)
    tracks: dict[str, Track] = field(default_factory=dict)
    other_suites: list[str] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)

    def unit(self, suite: str, quantity: str) -> str:
        """Return the unit (for `status` and `flags`: the legend) of a quantity, "" if unknown."""
        found = (t for t in self.tracks.values() if (t.suite, t.quantity) == (suite, quantity))
        return next((t.unit for t in found), "")


def load(root: Path) -> Results:
    """Return every result file below `root`; bad content does not raise, see `omissions`.

    Args:
        root: The folder that asv wrote, or that of one machine in it.
    """
    folders = [root.resolve()] if (root / "machine.json").is_file() else None
    root = folders[0].parent if folders else root
    results = Results(root)
    if not root.is_dir():
        _note(results, root, BadFileError("no such folder", "Name asv's results with --results"))
        return results
    benchmarks = root / "benchmarks.json"
    try:
        described = _described(results, benchmarks, read_json(benchmarks, BenchmarksFile))
        results.tracks, results.other_suites = _tracks(described)
        folders = folders or sorted(root.iterdir())
    except BadFileError as error:
        _note(results, benchmarks, error)
        return results
    for path in folders:
        if path.name.startswith(".") or path == benchmarks:
            continue
        if path.is_dir():
            _load_machine(results, path)
        elif path.suffix == ".json":
            remedy = "Move it to the folder of the machine that it was measured on"
            what = "lies outside the folders of the machines"
            _note(results, path, BadFileError(what, remedy))
    if not results.runs and not results.omissions:
        _note(results, root, BadFileError("holds no result file", "Measure first: run `asv run`"))
    return results


def _load_machine(results: Results, folder: Path) -> None:
    paths = [p for p in sorted(folder.glob("*.json")) if p.name != "machine.json"]
    machine_json = folder / "machine.json"
    if not paths and not machine_json.exists():
        return
    try:
        name = read_json(machine_json, MachineFile).machine
        if name != folder.name:
            what = f"describes machine {name!r}, its folder is named {folder.name!r}"
            raise BadFileError(what, "Put each machine's files into a folder of its own name")
    except BadFileError as error:
        _note(results, machine_json, error)
        return
    for path in paths:
        try:
            run = _run(results, path, folder.name)
            same = (r for r in results.runs if _identity(r) == _identity(run))
            if next(same, None) is not None:
                what = "repeats the machine, commit and environment of another file"
                raise BadFileError(what, "Remove one of the two")
            results.runs.append(run)
        except BadFileError as error:
            _note(results, path, error)
    for path in sorted((folder / "sweeps").glob("*.json")):
        try:
            results.journals.append(Journal(folder.name, read_json(path, JournalFile)))
        except BadFileError as error:
            _note(results, path, error)


def _identity(run: Run) -> tuple[str, str, str]:
    return run.machine, run.commit, run.env


def _run(results: Results, path: Path, machine: str) -> Run:
    data = read_json(path, ResultFile)
    measure_again = "Measure this commit again, or remove the file"
    if data.params.get("machine") != machine:
        what = f"was measured on machine {data.params.get('machine')!r:.80}, it lies in {machine!r}"
        raise BadFileError(what, "Move it to the folder of the machine that it was measured on")
    told = {k: v for k, v in data.params.items() if isinstance(v, (str, int, float))}
    facts = {k: str(v) for k, v in FACTS.validate_python(told).items()}
    facts.setdefault("python", data.python or "")
    run = Run(path, machine, data.commit_hash, data.env_name or "", data.date, facts)
    for name, row in data.results.items():
        track = results.tracks.get(name)
        if track is None:
            if _suite_of(name) not in results.other_suites:
                what = f"{name} is not described in benchmarks.json"
                remedy = "Run `asv run --bench just-discover`, or measure again"
                _note(results, path, BadFileError(what, remedy))
            continue
        try:
            cells = cells_of(track, data.result_columns, row)
        except BadFileError as error:
            what = f"{name}: {error.what}"
            _note(results, path, BadFileError(what, error.remedy or measure_again))
            continue
        run.suites.setdefault(track.suite, {})[track.quantity] = cells
    for suite, quantities in run.suites.items():
        if "status" not in quantities:
            what = f"suite {suite} has no usable track_status, so its numbers cannot be trusted"
            remedy = "Measure the whole suite, not single tracks of it"
            _note(results, path, BadFileError(what, remedy))
    return run


def _described(results: Results, path: Path, file: BenchmarksFile) -> dict[str, Benchmark]:
    """Return each valid description of a benchmark; a damaged one is noted and left out."""
    described = {}
    for name, entry in (file.model_extra or {}).items():
        try:
            # Pictures are named after it, so it must not be a path.
            if len(name) > 200 or not all(part.isidentifier() for part in name.split(".")):
                raise ValueError("is no benchmark's name")
            described[name] = validated(Benchmark, entry)
        except ValueError as error:
            remedy = "Run `asv run --bench just-discover` to write it anew"
            _note(results, path, BadFileError(f"{name[:200]}: {error}", remedy))
    return described


def _tracks(described: dict[str, Benchmark]) -> tuple[dict[str, Track], list[str]]:
    """Return the tracks that have our parameters, and the names of the suites that have others."""
    ours = {
        name: entry
        for name, entry in described.items()
        if sorted(entry.param_names) == sorted(PARAMETERS)
        and name.rpartition(".")[2].startswith("track_")
    }
    classes = sorted({_class_of(name) for name in ours})
    suites = [_suite_of(name) for name in classes]
    tracks = {}
    for name, entry in ours.items():
        suite = _suite_of(name)
        if suites.count(suite) > 1:  # a file with two classes
            suite = _class_of(name)
        quantity = name.rpartition(".")[2].removeprefix("track_")
        order = tuple(entry.param_names)
        tracks[name] = Track(suite, quantity, entry.unit, str(entry.version), order)
    return tracks, sorted({_suite_of(name) for name in described} - set(suites))


def _class_of(name: str) -> str:
    return name.rpartition(".")[0]


def _suite_of(name: str) -> str:
    return _class_of(name).rpartition(".")[0] or _class_of(name)


def _note(results: Results, path: Path, error: BadFileError) -> None:
    results.omissions.append(Omission(path, error.what, error.remedy))
