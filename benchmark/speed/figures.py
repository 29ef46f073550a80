"""What a race came to, for people and for programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from benchmark.metrics.rates import Rate
from benchmark.speed.pace import Pace, Speedup
from benchmark.speed.quality import Comparison
from benchmark.statistics.paired import PairedDifference

_COLUMNS: Final = (
    *("all", "encode", "run", "merge", "rest"),
    *("session", "beyond", "share", "tiles", "Mpx"),
)


@dataclass(frozen=True, slots=True)
class Entrant:
    """A racer and its pace, or what it raced on and its pace there.

    Attributes:
        name: What it is.
        pace: Where its time went.
    """

    name: str
    pace: Pace


@dataclass(frozen=True, slots=True)
class Terms:
    """What both raced on.

    Attributes:
        scans: How many, and which.
        rounds: How often each looked at each.
        threads: Of the CPU, for each.
        cores: That this process may use.
        least_score: Below which detections were left out.
    """

    scans: str
    rounds: int
    threads: int
    cores: int
    least_score: float


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """What a race came to.

    Attributes:
        terms: What it was about.
        ours: Our detector.
        peer: SAHI with Ultralytics; None where it did not take part.
        speedup: How many times as fast ours is; None without a peer.
        findings: What both found; none without a peer.
        large: Our detector on large scans, of 1400 x 4000 px and two energies.
    """

    terms: Terms
    ours: Entrant
    peer: Entrant | None
    speedup: Speedup | None
    findings: tuple[Comparison, ...]
    large: tuple[Entrant, ...]

    def as_json(self) -> str:
        """All figures, in one line."""
        s = self.speedup
        beyond = [each.pace.beyond_ms for each in self.large]
        return json.dumps(
            {
                "speedup_over_sahi": s and s.ratio,
                "speedup_of_rounds": s and [s.least, s.most],
                "speedup_of_median_scan": s and s.median_scan,
                "speedup_with_peers_encoding": s and s.with_encoding,
                "beyond_session_ms": max(beyond, default=None),
                "terms": asdict(self.terms),
                "ours": asdict(self.ours),
                "peer": None if self.peer is None else asdict(self.peer),
                "findings": [_as_figures(each) for each in self.findings],
                "large": [asdict(each) for each in self.large],
            }
        )

    def as_text(self) -> str:
        """All figures, for a person."""
        t = self.terms
        lines = [
            f"{t.scans}, {t.rounds} rounds, {t.threads} threads on {t.cores} cores, "
            f"scores >= {t.least_score:g}",
            "",
            *self._draw_paces(),
            "session: what the network takes for the same tiles and nothing else; "
            "beyond: what all took longer; share: of the sum of all",
            "",
            *self._say_speedup(),
            *(line for each in self.findings for line in _say_findings(each)),
        ]
        return "\n".join(lines)

    def _draw_paces(self) -> list[str]:
        rows = {"ours": self.ours.pace}
        if self.peer is not None:
            rows["peer"] = self.peer.pace
        rows |= {each.name: each.pace for each in self.large}
        wide = max(16, *map(len, rows))
        head = f"{'median ms a scan':{wide}} {' '.join(f'{h:>7}' for h in _COLUMNS)}"
        return [head, *(f"{name:{wide}} {_draw(pace)}" for name, pace in rows.items())]

    def _say_speedup(self) -> list[str]:
        s = self.speedup
        if self.peer is None or s is None:
            return ["No peer took part."]
        return [
            f"peer: {self.peer.name}; its planes were given ready",
            f"{s.ratio:.2f} times as fast as the peer ({s.least:.2f} to {s.most:.2f} "
            f"over rounds; median scan {s.median_scan:.2f}); {s.with_encoding:.2f} "
            "with the time to encode for it",
        ]


def _draw(pace: Pace) -> str:
    """A line of the table."""
    times = (
        pace.elapsed_ms,
        pace.encode_ms,
        pace.run_ms,
        pace.merge_ms,
        pace.rest_ms,
        pace.session_ms,
        pace.beyond_ms,
    )
    shown = " ".join(f"{ms:7.1f}" for ms in times)
    return f"{shown} {pace.session_share:7.1%} {pace.tiles:7d} {pace.megapixels:7.1f}"


def _say_findings(found: Comparison) -> list[str]:
    ours, theirs = found.ours, found.theirs
    return [
        f"at {found.at}: thresholds {ours.threshold:.3f} (ours), "
        f"{theirs.threshold:.3f} (peer)",
        f"  Pd   ours {_say_rate(ours.pd)}, peer {_say_rate(theirs.pd)}; "
        f"{_say_difference(found.pd)}: {found.pd_answer}",
        f"  Pfa  ours {_say_rate(ours.pfa)}, peer {_say_rate(theirs.pfa)}; "
        f"{_say_difference(found.pfa)}: {found.pfa_answer}",
    ]


def _say_rate(rate: Rate | None) -> str:
    if rate is None:
        return "not measured"
    return (
        f"{rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%}, "
        f"{rate.hits} of {rate.trials})"
    )


def _say_difference(seen: PairedDifference | None) -> str:
    if seen is None:
        return "no difference measured"
    return f"{seen.difference:+.1%} ({seen.low:+.1%} to {seen.high:+.1%})"


def _as_figures(found: Comparison) -> Mapping[str, object]:
    return {
        "at": found.at,
        "ours": asdict(found.ours),
        "peer": asdict(found.theirs),
        "pd_difference": found.pd and asdict(found.pd),
        "pd_answer": found.pd_answer,
        "pfa_difference": found.pfa and asdict(found.pfa),
        "pfa_answer": found.pfa_answer,
    }
