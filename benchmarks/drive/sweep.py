"""A sweep that may be cut off at any moment: its lock, its records, and its way into results/.

asv writes its results only when it ends, and not at once. So the record of each case is kept in a
folder of the sweep as soon as it is measured, asv writes beside it, and results/ receives whole
files only. A rerun of the same command finds the folder, because its name is made of all that the
records depend on.
"""

import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from dataclasses import replace as dataclass_replace
from pathlib import Path
from typing import Any

import psutil

from ..cases.records import references_folder
from ..cases.request import VARIABLE, Request
from ..instruments.files import read_json, write_json, write_whole
from .checkout import digest
from .error import DriverError
from .journal import write_journal
from .kept import drop_damaged
from .runs import forget, next_run


@contextmanager
def hold(results: Path) -> Iterator[None]:
    """Lock a results folder against other sweeps; the system frees the lock when we are killed.

    Raises:
        DriverError: another sweep holds it, or it cannot be written.
    """
    # Here, because the environments that asv builds import this module without filelock.
    from filelock import FileLock, Timeout

    lock = FileLock(results / ".lock")
    try:
        results.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise DriverError(
            f"another sweep is writing to {results}; wait for its end, or name another --results"
        ) from None
    except OSError as error:
        raise _cannot_write(results, error) from None
    try:
        yield
    finally:
        lock.release()


def _cannot_write(results: Path, error: OSError) -> DriverError:
    return DriverError(
        f"{results} cannot be written ({error.strerror}); put that right, or name another --results"
    )


def sources(root: Path, package: str = "benchmarks") -> str:
    """Return a name of the measuring code below `root`: other code takes no records over."""
    paths = [*sorted((root / package).rglob("*.py")), *root.glob("asv.conf.json")]
    return digest(*(path.read_text(encoding="utf-8") for path in paths))


@dataclass(frozen=True)
class Sweep:
    """One command's work.

    Attributes:
        folder: its own, under .asv/.
        results: where whole results go.
        machine: the name of the machine's folder there.
    """

    folder: Path
    results: Path
    machine: str

    @property
    def records(self) -> Path:
        """Folder of one JSON file a case."""
        return self.folder / "records"

    @property
    def measures(self) -> bool:
        """Whether a group has been begun: the environment is ready."""
        return references_folder(self.records).exists()

    @property
    def request(self) -> Path:
        """The file that tells the suites what to measure."""
        return self.folder / "request.json"

    @property
    def progress(self) -> Path:
        """File to which every finished case appends a line."""
        return self.folder / "progress" / "cases.jsonl"

    @property
    def staged(self) -> Path:
        """Folder that asv takes for its results."""
        return self.folder / "results"

    def open(
        self,
        commit: str,
        settings: dict[str, Any],
        request: Request,
        suites: Collection[str] = (),
        *,
        fresh: bool,
        replace: bool = False,
    ) -> int:
        """Make the folders, and copy what results/ has of this commit, to which asv adds.

        Args:
            commit: the hash that names asv's result files.
            settings: of asv, for the file asv.conf.json.
            request: what the suites shall measure, but for the number of the run.
            suites: that are measured.
            fresh: throw away what an earlier sweep kept.
            replace: whether the run takes the place of the earlier ones.

        Returns:
            The number of the run: the next one, or that of the sweep that is taken up.

        Raises:
            DriverError: there is no room or no permission, or no run can be added.
        """
        try:
            if fresh:
                shutil.rmtree(self.records, ignore_errors=True)
            self.records.mkdir(parents=True, exist_ok=True)
            if damaged := drop_damaged(self.records):
                print(f"damaged, and measured anew: {', '.join(damaged)}")
            shutil.rmtree(self.staged, ignore_errors=True)
            own = self.staged / self.machine
            own.mkdir(parents=True)
            copies = [
                Path(shutil.copy(path, own / path.name))
                for path in (self.results / self.machine).glob(f"{commit[:8]}-*.json")
            ]
            if replace:
                run = 1
            elif any(self.records.iterdir()) and self.request.exists():
                run = int(read_json(self.request).get("run", 1))
                for path in copies:  # it may have been published before some of it failed
                    forget(path, suites, run)
            else:
                run = next_run(copies, suites)
            write_json(self.folder / "asv.conf.json", settings)
            write_json(self.request, asdict(dataclass_replace(request, run=run)))
            shutil.rmtree(self.progress.parent, ignore_errors=True)
            self.progress.parent.mkdir()
            self.progress.touch()
            return run
        except OSError as error:
            raise _cannot_write(self.folder, error) from None

    def publish(self, commit: str, suites: Collection[str]) -> None:
        """Copy what asv wrote into results/, each file whole, and the sweep's journal.

        Args:
            commit: that was measured.
            suites: that were measured.

        Raises:
            DriverError: asv did not write valid JSON, or results/ has no room or no permission.
        """
        # The description of the benchmarks and the machine come before what refers to them.
        written = sorted(
            self.staged.rglob("*.json"),
            key=lambda path: (path.name not in ("benchmarks.json", "machine.json"), path),
        )
        for path in written:
            text = path.read_text(encoding="utf-8")
            try:
                json.loads(text)
            except ValueError as error:
                raise DriverError(f"asv wrote no valid JSON to {path.name} ({error})") from None
            target = self.results / path.relative_to(self.staged)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, text)
            except OSError as error:
                raise _cannot_write(self.results, error) from None
        request = Request(**read_json(self.request))
        try:
            write_journal(self.results / self.machine, self.records, commit, request, suites)
        except OSError as error:
            raise _cannot_write(self.results, error) from None

    def remove(self) -> None:
        """Delete the records: the next sweep measures anew."""
        shutil.rmtree(self.folder)

    def end_leftovers(self) -> int:
        """End processes that a killed sweep left behind and return how many; we hold the lock.

        They are known by their environment, which names this sweep's request.
        """
        left = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):  # gone meanwhile, or not ours to ask
                if process.environ().get(VARIABLE) == str(self.request):
                    process.kill()
                    left.append(process)
        psutil.wait_procs(left, timeout=10)
        return len(left)
