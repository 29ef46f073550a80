"""Kill a station under load, many times, and see whether anything is lost."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cargosight.station_trials.checking import Kept
from cargosight.station_trials.cluster import starting_cluster
from cargosight.station_trials.killing import Kill, Killer
from cargosight.station_trials.trial import Report, Terms, trying

Figures = dict[str, object]


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of the kills.

    Attributes:
        database: "SQLite" or "PostgreSQL".
        kills: All of them.
        kept: What the station has of what it was given.
        reconnects: How often scanners had to connect again.
        refused: Requests of the operator that were refused for good.
    """

    database: str
    kills: tuple[Kill, ...]
    kept: Kept
    reconnects: int
    refused: int

    @property
    def worst_s(self) -> dict[str, float]:
        """For each kind of victim, the longest until it was back, s."""
        worst = dict.fromkeys({kill.victim for kill in self.kills}, 0.0)
        for kill in self.kills:
            worst[kill.victim] = max(worst[kill.victim], kill.back_s)
        return worst

    def as_dict(self) -> Figures:
        """The figures, for a program."""
        times = [kill.back_s for kill in self.kills]
        return {
            "database": self.database,
            "kills": dict(Counter(kill.victim for kill in self.kills)),
            "back_s_median": round(float(np.median(times)), 2),
            "back_s_most": {k: round(v, 2) for k, v in self.worst_s.items()},
            "reconnects": self.reconnects,
            "refused": self.refused,
            "kept": self.kept.as_dict(),
            "all_kept": self.kept.all_kept,
        }

    def as_text(self) -> str:
        """The figures, for a person."""
        counts = Counter(kill.victim for kill in self.kills)
        said = ", ".join(
            f"{victim} {count} (back within {self.worst_s[victim]:.1f} s)"
            for victim, count in sorted(counts.items())
        )
        return f"{len(self.kills)} kills, {self.database}: {said}\n" + say_kept(
            self.kept
        )


def say_kept(kept: Kept) -> str:
    """What a station kept, for a person."""
    whole = "whole" if kept.log_whole else "DAMAGED"
    return (
        f"scans: {kept.scans} played, {kept.scans_lost} lost, {kept.scans_doubled} "
        f"doubled, {kept.pictures_wrong} pictures wrong\n"
        f"alarms: {kept.alarms_due} due, {kept.alarms_lost} lost, "
        f"{kept.alarms_doubled} doubled, {kept.alarms_more} more; "
        f"{kept.scans_same} of {kept.scans} scans with exactly theirs\n"
        f"decisions: {kept.decisions} acknowledged, {kept.decisions_lost} lost, "
        f"{kept.decisions_doubled} doubled\n"
        f"log: {kept.log_entries} entries, {whole}"
    )


def try_kills(
    folder: Path, terms: Terms, kills: int, *, postgres: bool, progress: Report
) -> Killed:
    """Kill a station under load.

    Args:
        folder: For all that it keeps.
        terms: How it is tried.
        kills: How many times.
        postgres: Whether the records are in PostgreSQL, which is killed too; else in
            SQLite, whose file is locked by another program.
        progress: Told how many kills are done.
    """
    rng = np.random.default_rng(terms.seed)
    with (
        starting_cluster(folder / "postgres", wanted=postgres) as cluster,
        trying(
            folder,
            terms,
            progress=progress,
            url=None if cluster is None else cluster.url(),
        ) as trial,
    ):
        killer = Killer(trial.rig, cluster, rng)
        for number in range(kills):
            time.sleep(float(rng.uniform(0.5, 6.0)))
            killer.kill_one()
            trial.check_scanners()
            progress("killing", number + 1, kills)
        kept = trial.finish()
        return Killed(
            "PostgreSQL" if postgres else "SQLite",
            tuple(killer.kills),
            kept,
            sum(scanner.reconnects for scanner in trial.scanners),
            len(trial.operator.refused),
        )
