"""What live lanes came to, for people and for programs."""

import json
from dataclasses import asdict, dataclass

from benchmark.live.delays import Delays
from benchmark.live.memory import Memory
from benchmark.live.train import Ride


@dataclass(frozen=True, slots=True)
class LiveTerms:
    """What was played.

    Attributes:
        bundle: What looked.
        lanes: How many at once.
        columns_per_second: Of each.
        trucks: Different ones, played in turn.
        operating_point: What decided what is an alarm.
        threads: Of the CPU; None for all.
        cores: That there are.
    """

    bundle: str
    lanes: int
    columns_per_second: float
    trucks: int
    operating_point: str
    threads: int | None
    cores: int


@dataclass(frozen=True, slots=True)
class Trucks:
    """What became of the trucks.

    Attributes:
        played: How many.
        failed: How many could not be looked at to their end.
        less: How many were looked at with less than full care in some part.
        same: Of all others, how many showed, and ended with, just the alarms of their
            finished scan.
        different: Of all others, how many did not.
    """

    played: int
    failed: int
    less: int
    same: int
    different: int


@dataclass(frozen=True, slots=True)
class Strain:
    """How the machine and the lanes kept up.

    Attributes:
        seconds: How long it went on, s.
        columns: That were handed over.
        lost: Of them, that were dropped.
        care_changes: How often a lane looked more or less closely than before.
        most_waiting: Columns in a queue, at most.
        most_late_s: How late columns were handed over, at most, s: where it is much,
            the machine could not even play.
        cpu_share: Of all cores that this process took, the playing included, 0 to 1.
    """

    seconds: float
    columns: int
    lost: int
    care_changes: int
    most_waiting: int
    most_late_s: float
    cpu_share: float


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """What live lanes came to.

    Attributes:
        terms: What was played.
        delays: From the last column of an object to its alarm.
        trucks: What became of them.
        strain: How the lanes kept up.
        before: Memory with the network loaded.
        after: Memory once all lanes were closed, and at most until then.
        train: A long scan, live and whole; none where it was not asked for.
    """

    terms: LiveTerms
    delays: Delays
    trucks: Trucks
    strain: Strain
    before: Memory
    after: Memory
    train: tuple[Ride, ...]

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        return "\n".join(
            [
                self._say_terms(),
                f"delay    {_say_delays(self.delays)}",
                f"trucks   {_say_trucks(self.trucks)}",
                f"columns  {_say_strain(self.strain)}",
                f"memory   {self.before.now_mb:.0f} MB before, "
                f"{self.after.peak_mb:.0f} MB at most, "
                f"{self.after.now_mb:.0f} MB at the end",
                *(f"train    {_say_ride(ride)}" for ride in self.train),
            ]
        )

    def _say_terms(self) -> str:
        t = self.terms
        threads = "all threads" if t.threads is None else f"{t.threads} threads"
        return (
            f"{t.bundle} ({t.operating_point}), {t.lanes} lanes of "
            f"{t.columns_per_second:g} columns/s, {t.trucks} different trucks, "
            f"{threads} of {t.cores} cores"
        )


def _say_delays(d: Delays) -> str:
    if d.p50 is None:
        return "not measured: there was no alarm. Lower --least-score"
    return (
        f"p50 {d.p50:.2f} s, p95 {d.p95:.2f} s, p99 {d.p99:.2f} s, "
        f"most {d.most:.2f} s, of {d.count} alarms; {d.early} came before all of the "
        "object was there"
    )


def _say_trucks(t: Trucks) -> str:
    return (
        f"{t.played} played: {t.same} with the alarms of the finished scan, "
        f"{t.different} with others, {t.less} not looked at closely throughout, "
        f"{t.failed} failed"
    )


def _say_strain(s: Strain) -> str:
    return (
        f"{s.columns} in {s.seconds:.0f} s, {s.lost} lost, {s.care_changes} changes of "
        f"care, {s.most_waiting} waiting at most; handed over {s.most_late_s:.2f} s "
        f"late at most; {s.cpu_share:.0%} of the CPU"
    )


def _say_ride(r: Ride) -> str:
    return (
        f"{r.columns} columns {r.way}: {r.peak_mb:.0f} MB at most, "
        f"{r.before_mb:.0f} MB before; {r.alarms} alarms, "
        f"{'the same' if r.same else 'NOT the same'} both ways"
    )
