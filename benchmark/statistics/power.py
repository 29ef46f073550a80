"""How many firearms or clean scans a rule needs, and how often it passes with fewer.

Normal approximations. Counts are whole numbers, so the true power jumps by a few points
from one size of suite to the next, to both sides of what is said here.
"""

import math

from scipy.special import ndtr, ndtri  # type: ignore[import-untyped]

from benchmark.statistics.paired import vary_under
from data.errors import ResultError

Spreads = tuple[float, float]


def power_not_worse(
    difference: float,
    margin: float,
    discordance: float,
    firearms: int,
    design_effect: float = 1.0,
    alpha: float = 0.05,
) -> float:
    """How often a candidate passes "not worse by more than a margin".

    The one-sided score test of paired shares in its normal approximation (Nam,
    Biometrics 53 (1997) 1422; Liu, Hsueh, Hsieh and Chen, Stat. Med. 21 (2002) 231),
    with the variance times the design effect. `paired_difference` decides by the same
    test: its `lower`, at a confidence of 1 - alpha, is not below -margin.

    Args:
        difference: True share found of the candidate less that of the champion, -1
            to 1.
        margin: How much worse is let pass, above 0, below 1; 0.01 is one point.
        discordance: Share of firearms that one of the two finds and the other does
            not, from |difference| to 1.
        firearms: In the suite, 1 or more.
        design_effect: 1 or more.
        alpha: How often a candidate worse by exactly the margin may pass.

    Returns:
        From 0 to 1.

    Raises:
        ResultError: If these do not fit together.

    Example:
        >>> f"{power_not_worse(0.0, 0.01, 0.08, firearms=5000):.2f}"
        '0.80'
    """
    spreads = _spread_pair(difference, margin, discordance)
    return _find_power(difference + margin, spreads, firearms, design_effect, alpha)


def firearms_needed(
    margin: float,
    discordance: float,
    power: float = 0.8,
    alpha: float = 0.05,
    difference: float = 0.0,
    design_effect: float = 1.0,
) -> int:
    """Fewest firearms with which a candidate that is not worse passes often enough.

    Solved from `power_not_worse`: (z_alpha s0 + z_beta s1)^2 / (difference + margin)^2
    times the design effect, with s1^2 = discordance - difference^2 and s0^2 the same
    for a candidate worse by the margin.

    Args:
        margin: How much worse is let pass, above 0, below 1; 0.01 is one point.
        discordance: Share of firearms that one of the two finds and the other does
            not, from |difference| to 1.
        power: How often such a candidate shall pass, above alpha, below 1.
        alpha: How often a candidate worse by exactly the margin may pass.
        difference: True difference, above -margin.
        design_effect: 1 or more.

    Raises:
        ResultError: If these do not fit together.

    Example:
        >>> firearms_needed(margin=0.01, discordance=0.08)
        4989
    """
    spreads = _spread_pair(difference, margin, discordance)
    if difference <= -margin:
        msg = (
            f"A candidate worse by {-difference:g} shall not pass a margin of "
            f"{margin:g}: plan with a difference above -{margin:g}."
        )
        raise ResultError(msg)
    gap = difference + margin
    return _find_trials(gap, spreads, design_effect, power, alpha)


def power_of_share(
    share: float,
    bound: float,
    trials: int,
    alpha: float = 0.05,
    design_effect: float = 1.0,
) -> float:
    """How often an interval lies wholly on the side of a bound that the share is on.

    The one-sided score test of a share, whose interval is Wilson's, in its normal
    approximation (Fleiss, Levin and Paik, Statistical Methods for Rates and
    Proportions, 3rd ed. 2003, section 2.5).

    Args:
        share: The true share, 0 to 1, other than the bound: above it for "Pd at least",
            below it for "Pfa at most".
        bound: Above 0, below 1.
        trials: Firearms or clean scans, 1 or more.
        alpha: How often a share at the bound itself may pass: 0.05 for a rule on the
            one-sided 95 % bound, 0.025 for one on the two-sided 95 % interval.
        design_effect: 1 or more.

    Returns:
        From 0 to 1.

    Raises:
        ResultError: If these do not fit together.

    Example:
        >>> f"{power_of_share(0.85, 0.80, trials=368):.2f}"
        '0.80'
    """
    spreads = _spread_share(share, bound)
    return _find_power(abs(share - bound), spreads, trials, design_effect, alpha)


def firearms_needed_for_share(
    share: float,
    bound: float,
    power: float = 0.8,
    alpha: float = 0.05,
    design_effect: float = 1.0,
) -> int:
    """Fewest firearms that show "Pd at least a bound" often enough.

    Solved from `power_of_share`: (z_alpha sqrt(b (1 - b)) + z_beta sqrt(s (1 - s)))^2 /
    (s - b)^2 for a bound b and a share s, times the design effect.

    Args:
        share: The true Pd, above the bound, to 1.
        bound: Above 0, below 1.
        power: How often it shall be shown, above alpha, below 1.
        alpha: How often a Pd at the bound itself may pass.
        design_effect: 1 or more.

    Raises:
        ResultError: If these do not fit together.

    Example:
        >>> firearms_needed_for_share(share=0.85, bound=0.80)
        368
    """
    if share <= bound:
        msg = f"A Pd of {share:g} is not above {bound:g}: no number shows it."
        raise ResultError(msg)
    spreads = _spread_share(share, bound)
    return _find_trials(share - bound, spreads, design_effect, power, alpha)


def clean_scans_needed(
    share: float,
    bound: float,
    power: float = 0.8,
    alpha: float = 0.05,
    design_effect: float = 1.0,
) -> int:
    """Fewest clean scans that show "Pfa at most a bound" often enough.

    As `firearms_needed_for_share`, from the other side.

    Args:
        share: The true Pfa, 0 to below the bound.
        bound: Above 0, below 1.
        power: How often it shall be shown, above alpha, below 1.
        alpha: How often a Pfa at the bound itself may pass.
        design_effect: 1 or more; above 1 where inspections have several clean scans.

    Raises:
        ResultError: If these do not fit together.

    Example:
        >>> clean_scans_needed(share=0.02, bound=0.05)
        253
        >>> clean_scans_needed(share=0.0, bound=0.05)
        52
    """
    if share >= bound:
        msg = f"A Pfa of {share:g} is not below {bound:g}: no number shows it."
        raise ResultError(msg)
    spreads = _spread_share(share, bound)
    return _find_trials(bound - share, spreads, design_effect, power, alpha)


def _find_power(
    gap: float, spreads: Spreads, trials: int, design_effect: float, alpha: float
) -> float:
    """How often a test passes whose truth is a gap away from the bound."""
    _check_design_effect(design_effect)
    _check_alpha(alpha)
    if trials < 1:
        msg = f"{trials} trials show nothing: choose 1 or more."
        raise ResultError(msg)
    at_bound, at_truth = spreads
    spare = gap * math.sqrt(trials / design_effect) - _reach(1 - alpha) * at_bound
    return float(ndtr(spare / at_truth)) if at_truth else float(spare >= 0)


def _find_trials(
    gap: float, spreads: Spreads, design_effect: float, power: float, alpha: float
) -> int:
    """Fewest trials for which `_find_power` is at least a power."""
    _check_design_effect(design_effect)
    _check_alpha(alpha)
    if not alpha < power < 1:
        msg = f"A power of {power:g}: choose one above {alpha:g} and below 1."
        raise ResultError(msg)
    at_bound, at_truth = spreads
    reach = _reach(1 - alpha) * at_bound + _reach(power) * at_truth
    return max(1, math.ceil(design_effect * max(reach, 0.0) ** 2 / gap**2))


def _reach(level: float) -> float:
    return float(ndtri(level))


def _spread_pair(difference: float, margin: float, discordance: float) -> Spreads:
    """Deviation of one firearm's gain, if worse by the margin and in truth."""
    if not (0 < margin < 1 and abs(difference) <= discordance <= 1):
        msg = (
            f"A margin of {margin:g} and a difference of {difference:g} at a "
            f"discordance of {discordance:g}: choose a margin between 0 and 1 and a "
            "discordance from the difference to 1."
        )
        raise ResultError(msg)
    gained, lost = (discordance + difference) / 2, (discordance - difference) / 2
    at_margin = float(vary_under(gained, lost, 1.0, -margin))
    return math.sqrt(at_margin), math.sqrt(discordance - difference**2)


def _spread_share(share: float, bound: float) -> Spreads:
    """Deviation of one trial, at the bound and in truth."""
    if not (0 < bound < 1 and 0 <= share <= 1) or share == bound:
        msg = (
            f"A share of {share:g} against a bound of {bound:g}: choose a share from 0 "
            "to 1, and another bound between 0 and 1."
        )
        raise ResultError(msg)
    return math.sqrt(bound * (1 - bound)), math.sqrt(share * (1 - share))


def _check_alpha(alpha: float) -> None:
    if not 0 < alpha < 1:
        msg = f"An alpha of {alpha:g}: choose one between 0 and 1, such as 0.05."
        raise ResultError(msg)


def _check_design_effect(design_effect: float) -> None:
    if not 1 <= design_effect < math.inf:
        msg = f"A design effect of {design_effect:g}: it is 1 or more."
        raise ResultError(msg)
