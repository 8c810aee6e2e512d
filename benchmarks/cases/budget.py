"""How long and how often a case is sampled."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Budget:
    """How long and how often to sample one case, over all its rounds.

    Attributes:
        seconds: time for sampling; once it is spent, sampling ends. Bursts take all of it.
        limit: time for the gate, and again for all the calls, seconds; then the case is stopped
            wherever it is, and no round is begun that would not end before.
        least: samples wanted before a quick case may end early.
        most: samples after which a case ends in any event.
        stored: samples that are kept of those taken, evenly spread over the time of sampling.
        kept: samples taken of a slow case even past `seconds`, as long as `limit` allows.
        rounds: most processes among which the samples are shared out. Between eight of them, 5% are
            told apart 19 times of 20 if one differs from the next by 2% (standard deviation).
        executed: in the last of so many rounds the processes are executed anew, with another layout
            of their memory and another seed of Python's hashes, for which they load everything
            again; in the others they are forked. 0: they are forked in all.
        precision: half width of the interval of a case's ratio to the fastest neuron at which
            its rounds end, as a share; 0: all rounds.
        energy: seconds for which a GPU's energy is measured; 0: not at all.
    """

    seconds: float
    limit: float
    least: int = 10
    most: int = 50
    stored: int = 50
    kept: int = 5
    rounds: int = 8
    executed: int = 0
    precision: float = 0.0
    energy: float = 1.0

    def of_round(self) -> "Budget":
        """Return what is left to one round; its limit stays, for a first call may need it all."""
        shared = {
            name: -(-getattr(self, name) // self.rounds)
            for name in ("least", "most", "stored", "kept")
        }
        return replace(self, seconds=self.seconds / self.rounds, rounds=1, **shared)
