"""The scans in the order in which labelling them pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scan, and why it should be labelled.

    Attributes:
        number: Which scan of the pool.
        reason: One of the reasons of `wishes`.
        score: By which it was put in order, within its reason.
        words: Why, for people.
    """

    number: int
    reason: str
    score: float
    words: str


def build_queue(
    ranked: Mapping[str, Sequence[Candidate]],
    places: Mapping[str, int],
    group_of: Mapping[int, int],
) -> list[Candidate]:
    """Take candidates of all reasons in turn, never two that show the same.

    The reason that is farthest behind its share comes next, so that who labels only the
    first half of the queue gets the same mix. Places that a reason cannot fill go to
    the others, largest share first.

    Args:
        ranked: Candidates of each reason, best first.
        places: How many of each reason are wanted.
        group_of: Group of near-duplicates of each scan; those not named are alone.

    Returns:
        As many as there are places, or as many as there are.

    Example:
        >>> ranked = {"a": [Candidate(n, "a", 1.0, "") for n in (0, 1, 2)], "b": []}
        >>> [one.number for one in build_queue(ranked, {"a": 1, "b": 1}, {0: 7, 1: 7})]
        [0, 2]
    """
    budget = sum(places.values())
    waiting = {reason: list(reversed(ranked[reason])) for reason in places}
    taken = dict.fromkeys(places, 0)
    groups: set[int] = set()
    queue: list[Candidate] = []
    while len(queue) < budget:
        reason = _choose(waiting, taken, places)
        if reason is None:
            break
        candidate = waiting[reason].pop()
        group = group_of.get(candidate.number, -1 - candidate.number)
        if group not in groups:
            groups.add(group)
            taken[reason] += 1
            queue.append(candidate)
    return queue


def _choose(
    waiting: Mapping[str, Sequence[Candidate]],
    taken: Mapping[str, int],
    places: Mapping[str, int],
) -> str | None:
    """The reason farthest behind its share; past that, the one with most places."""
    able = [reason for reason, some in waiting.items() if some]
    behind = [reason for reason in able if taken[reason] < places[reason]]
    if behind:
        return min(behind, key=lambda reason: (taken[reason] + 1) / places[reason])
    return max(able, key=lambda reason: places[reason], default=None)
