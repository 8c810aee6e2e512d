"""A sweep, or a part of one: planned once, measured, and saved; a rerun goes on where it ended."""

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import torch

import spsn_ref

from ...cases.case import Case
from ...cases.request import Request
from ...cases.selection import groups
from ...drive.checkout import ROOT, Measured, digest, package_digest
from ...drive.error import DriverError
from ...drive.journal import write_journal
from ...drive.kept import drop_damaged
from ...drive.runs import next_run
from ...drive.sweep import hold, sources
from ...instruments.files import read_json, write_json
from .measure import measure, records_of
from .parts import PARTS, WHOLE, Part, earlier_seconds, share_out
from .save import Origin, result_file, save

_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Wanted:
    """What a sweep is asked for.

    Attributes:
        results: the tree; parts have trees of their own below it.
        facts: the fingerprint of the machine.
        measured: what is measured.
        profile: that the cases are of.
        cases: of all parts.
        part: which of them.
    """

    results: Path
    facts: Mapping[str, str]
    measured: Measured
    profile: str
    cases: Sequence[Case]
    part: Part = WHOLE

    @property
    def machine(self) -> str:
        """Name of the machine's folder."""
        return self.facts["machine"]

    @property
    def tree(self) -> Path:
        """The results tree that is written."""
        if self.part.count == 1:
            return self.results
        return self.results / PARTS / f"{self.machine}-{self.part}"

    @property
    def folder(self) -> Path:
        """The folder of what is unfinished, whose name is made of all that it depends on."""
        cases = [astuple(case) for case in self.cases]
        code = sources(ROOT, __name__.partition(".")[0])
        made_of = [dict(self.facts), self.measured.commit, self.profile, str(self.part), cases]
        return self.tree / _UNFINISHED / digest(*made_of, code)

    def origin(self) -> Origin:
        """Return what the results say of themselves, begun now."""
        return Origin(
            facts=self.facts,
            commit=self.measured.commit,
            date=self.measured.date,
            python=f"{sys.version_info.major}.{sys.version_info.minor}",
            torch=torch.__version__.partition("+")[0],
            begun=datetime.now(timezone.utc),
        )


@dataclass(frozen=True)
class _Plan:
    """What a sweep measures, fixed when it begins: its rerun must not choose anew.

    Attributes:
        run: its number among those of the commit.
        begun: when.
        cases: of this part.
    """

    run: int
    begun: datetime
    cases: list[Case]


def _planned(wanted: Wanted) -> _Plan:
    """Plan the part of a sweep: the next run, and a fair share of the groups."""
    origin = wanted.origin()
    seconds = earlier_seconds(wanted.results / wanted.machine)
    share = share_out(groups(wanted.cases), seconds, wanted.part.count)[wanted.part.number - 1]
    files = [result_file(tree, origin) for tree in (wanted.results, wanted.tree)]
    run = next_run([path for path in files if path.exists()], {c.suite for c in wanted.cases})
    return _Plan(run, origin.begun, [case for group in share for case in group])


def _write_plan(path: Path, plan: _Plan) -> None:
    cases = [list(astuple(case)) for case in plan.cases]
    write_json(path, {"run": plan.run, "begun": plan.begun.isoformat(), "cases": cases})


def _read_plan(path: Path) -> _Plan:
    try:
        told = read_json(path)
        cases = [Case(*values) for values in told["cases"]]
        return _Plan(int(told["run"]), datetime.fromisoformat(told["begun"]), cases)
    except (ValueError, KeyError, TypeError) as error:
        raise DriverError(f"{path} is damaged ({error!r}); --fresh plans anew") from None


def _demand_imported(measured: Measured) -> None:
    """Refuse another spsn_ref than that under whose commit the results go.

    Raises:
        DriverError: it is another.
    """
    folder = Path(str(spsn_ref.__file__)).parents[1]
    if package_digest(folder) != measured.package:
        raise DriverError(
            f"the spsn_ref that this Python imports, in {folder}, is not that of "
            f"{measured.commit[:8]}, under which it would be saved; begin in the checkout, or "
            "name --commits"
        )


def sweep(wanted: Wanted, fresh: bool = False, start_method: str | None = None) -> Iterator[str]:
    """Measure cases, or a part of them, and save them; yield what is to be printed.

    Args:
        wanted: what.
        fresh: forget what a sweep that was cut off has finished.
        start_method: see `run_bounded`.

    Raises:
        DriverError: another spsn_ref is imported, another sweep writes there, or it cannot be
            written; what was measured is kept.
    """
    _demand_imported(wanted.measured)
    with hold(wanted.tree):
        try:
            yield from _held(wanted, fresh, start_method)
        except OSError as error:
            raise DriverError(
                f"{wanted.tree} cannot be written ({error.strerror}); put that right: the same "
                "command goes on"
            ) from error


def _held(wanted: Wanted, fresh: bool, start_method: str | None) -> Iterator[str]:
    """Do so, while nobody else writes there."""
    folder = wanted.folder
    records, planned = folder / "records", folder / "plan.json"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    records.mkdir(parents=True, exist_ok=True)
    if damaged := drop_damaged(records):
        yield f"damaged, and measured anew: {', '.join(damaged)}"
    if not planned.exists():
        _write_plan(planned, _planned(wanted))
    plan = _read_plan(planned)
    part, commit = wanted.part, wanted.measured.commit
    of_parts = f", part {part.number} of {part.count}" if part.count > 1 else ""
    yield (
        f"run {plan.run} of {commit[:8]}{of_parts}: {len(plan.cases)} cases of profile "
        f"{wanted.profile} on {wanted.machine}, {wanted.facts['threads']} threads"
    )
    if not plan.cases:
        yield "there are fewer groups than parts: this one has nothing to measure"
        return
    request = Request(
        profile=wanted.profile,
        interleaved=True,
        records=str(records),
        progress=str(folder / "cases.jsonl"),
        run=plan.run,
    )
    yield from measure(plan.cases, request, start_method)
    origin = replace(wanted.origin(), begun=plan.begun)
    saved = save(wanted.tree, origin, records_of(plan.cases, request), plan.run)
    suites, suffix = {case.suite for case in plan.cases}, f"-{part}" if of_parts else ""
    write_journal(saved.parent, records, commit, request, suites, suffix)
    shutil.rmtree(folder)
    yield f"{saved} is written"
