"""Which scans are worth labelling, by each reason."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cargosight.mining.looking import Look
from cargosight.mining.portrait import Portrait
from cargosight.mining.queueing import Candidate
from cargosight.mining.scoring import (
    NEAR,
    measure_discord,
    measure_doubt,
    top_score,
)
from cargosight.mining.strangeness import rank_odd
from cargosight.mining.wishes import FALSE_ALARM, ODD, UNCERTAIN

LOOKED_AGAIN: Final = 3
"""Scans that are looked at mirrored for each place of an uncertain one."""

_TOLD: Final = 0.1

Looks = Mapping[int, Look]


def rank_false_alarms(looks: Looks) -> list[Candidate]:
    """Clean scans with the highest scores, from a quarter of the operating point.

    Args:
        looks: At scans that are stated to be clean, by number.
    """
    found = []
    for number, look in looks.items():
        score, threshold = top_score(look), look.threshold or 0.0
        if score >= NEAR * threshold:
            met = "an alarm" if score >= threshold else "nearly an alarm"
            words = f"stated to be clean, and {met}: {score:.2f} of {threshold:.2f}"
            found.append(Candidate(number, FALSE_ALARM, score, words))
    return _sort(found)


def rank_uncertain(
    looks: Looks, look_again: Callable[[Sequence[int]], Looks], most: int
) -> list[Candidate]:
    """Scans whose highest score is nearest to the operating point.

    The nearest ones may be looked at again, mirrored: the more the bundle says
    otherwise then, the further up they come.

    Args:
        looks: At scans of which nothing is stated, by number.
        look_again: Gives looks at mirrored scans.
        most: How many are looked at again; 0 for none.
    """
    plain = [
        Candidate(number, UNCERTAIN, measure_doubt(look), _say_doubt(look))
        for number, look in looks.items()
    ]
    plain = _sort(plain)
    again = look_again([one.number for one in plain[:most]])
    return _sort(
        [_add_discord(one, looks[one.number], again.get(one.number)) for one in plain]
    )


def rank_strange(
    portraits: Mapping[int, Portrait], known: Sequence[Portrait]
) -> list[Candidate]:
    """Scans that are unlike the known ones.

    Args:
        portraits: Of scans of which nothing is stated, by number.
        known: Of known scans; without any there is none.
    """
    numbers = list(portraits)
    odd = rank_odd([portraits[number] for number in numbers], known)
    return [
        Candidate(
            numbers[one.number],
            ODD,
            one.distance,
            "unlike known scans: " + (one.words or "a little in many figures"),
        )
        for one in odd
    ]


def _say_doubt(look: Look) -> str:
    score, threshold = top_score(look), look.threshold or 0.0
    side = "over" if score >= threshold else "under"
    return f"highest score {score:.2f} is {side} the operating point {threshold:.2f}"


def _add_discord(one: Candidate, look: Look, again: Look | None) -> Candidate:
    if again is None:
        return one
    discord = measure_discord(look, again)
    words = one.words
    if discord >= _TOLD:
        words += f"; mirrored, the bundle says otherwise ({discord:.2f} of 1)"
    return Candidate(one.number, one.reason, one.score + discord, words)


def _sort(candidates: list[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.score, one.number))
