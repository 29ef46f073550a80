"""How strongly each element weakens photons: mass attenuation coefficients.

A closed form in place of a table: Klein-Nishina scattering and Maximon's pair
production are computed, and the small rest is a fit to the NIST values. It holds from
0.2 to 10 MeV within 0.4 % from hydrogen to copper.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from data.errors import SimulationError

Reals = npt.NDArray[np.float64]

MIN_MEV: Final = 0.2
MAX_MEV: Final = 10.0

_ELECTRON_MEV: Final = 0.51099895
_RADIUS_SQUARED_BARN: Final = 0.0794078
_FINE_STRUCTURE: Final = 1 / 137.036
_PER_BARN: Final = 0.602214
_ZETA_3: Final = 1.2020569


class Element(NamedTuple):
    """Atomic number and molar mass (g/mol)."""

    number: int
    molar_mass: float


ELEMENTS: Final = {
    "H": Element(1, 1.008),
    "C": Element(6, 12.011),
    "N": Element(7, 14.007),
    "O": Element(8, 15.999),
    "Na": Element(11, 22.990),
    "Mg": Element(12, 24.305),
    "Al": Element(13, 26.982),
    "Si": Element(14, 28.085),
    "S": Element(16, 32.06),
    "Cl": Element(17, 35.45),
    "K": Element(19, 39.098),
    "Ca": Element(20, 40.078),
    "Ti": Element(22, 47.867),
    "Cr": Element(24, 51.996),
    "Mn": Element(25, 54.938),
    "Fe": Element(26, 55.845),
    "Ni": Element(28, 58.693),
    "Cu": Element(29, 63.546),
    "Zn": Element(30, 65.38),
}
"""The elements offered. Heavier ones leave the fit: lead would be 16 % wrong."""

_TUNGSTEN: Final = Element(74, 183.84)


def mass_attenuation(element: str, energy_mev: npt.ArrayLike) -> Reals:
    """Total mass attenuation coefficient of an element.

    Args:
        element: Symbol, one of `ELEMENTS`.
        energy_mev: Photon energy, MeV, 0.2 to 10, of any shape.

    Returns:
        cm2/g, in the shape of `energy_mev`; within 0.4 % of the NIST values.

    Raises:
        SimulationError: If the element is not offered or an energy is out of range.

    Example:
        >>> float(mass_attenuation("Fe", 1.0).round(4))
        0.06
    """
    if element not in ELEMENTS:
        msg = (
            f"There are no attenuation values for {element!r}. "
            f"Choose one of {', '.join(ELEMENTS)}."
        )
        raise SimulationError(msg)
    return _closed_form(ELEMENTS[element], _checked(energy_mev))


def tungsten_attenuation(energy_mev: npt.ArrayLike) -> Reals:
    """Mass attenuation coefficient of tungsten, for the filter of a beam only.

    At this atomic number the closed form is some 10 to 15 % off. The filter thickness
    in `data.physics.beam` was fitted with this very function, so that the two errors
    cancel in the spectrum; do not use it for anything else.

    Args:
        energy_mev: Photon energy, MeV, 0.2 to 10, of any shape.

    Returns:
        cm2/g, in the shape of `energy_mev`.

    Raises:
        SimulationError: If an energy is out of range.
    """
    return _closed_form(_TUNGSTEN, _checked(energy_mev))


def _checked(energy_mev: npt.ArrayLike) -> Reals:
    energy = np.asarray(energy_mev, np.float64)
    if not ((energy >= MIN_MEV) & (energy <= MAX_MEV)).all():
        msg = (
            f"Attenuation is known from {MIN_MEV} to {MAX_MEV:g} MeV, "
            f"not at {energy.min():g} to {energy.max():g} MeV. Stay in that range."
        )
        raise SimulationError(msg)
    return energy


def _closed_form(element: Element, energy: Reals) -> Reals:
    z = element.number
    log = np.log(energy)
    pair = _pair_production(energy)
    screened = z**2 * pair * (1 - 0.3993 * (_FINE_STRUCTURE * z) ** 2)
    triplet = z * pair * 0.4433 * np.maximum(np.log(energy / (4 * _ELECTRON_MEV)), 0)
    photoelectric = np.exp(-2.7303 - 1.6756 * log + 0.4032 * log**2)
    coherent = 0.0093 * (z / 26) ** 2.1 / energy**2
    barn = (
        z * _klein_nishina(energy)
        + screened
        + triplet
        + photoelectric * (z / 26) ** 4.2535
        + coherent
    )
    return np.asarray(_PER_BARN / element.molar_mass * barn)


def _klein_nishina(energy: Reals) -> Reals:
    """Cross-section of one free electron, barn."""
    k = energy / _ELECTRON_MEV
    log = np.log1p(2 * k)
    first = (1 + k) / k**2 * (2 * (1 + k) / (1 + 2 * k) - log / k)
    rest = log / (2 * k) - (1 + 3 * k) / (1 + 2 * k) ** 2
    return np.asarray(2 * np.pi * _RADIUS_SQUARED_BARN * (first + rest))


def _pair_production(energy: Reals) -> Reals:
    """Cross-section in the field of a nucleus for Z = 1, barn (Maximon 1968)."""
    k = energy / _ELECTRON_MEV
    low = _maximon_low(np.clip(k, 2, 4))
    high = _maximon_high(np.maximum(k, 4))
    return np.asarray(
        _FINE_STRUCTURE * _RADIUS_SQUARED_BARN * np.where(k < 4, low, high)
    )


def _maximon_low(k: Reals) -> Reals:
    eta = 2 * (k - 2) / (2 + k + 2 * np.sqrt(2 * k))
    series = 1 + eta * (1 / 2 + eta * (23 / 40 + eta * (11 / 60 + eta * 29 / 960)))
    return np.asarray(2 * np.pi / 3 * ((k - 2) / k) ** 3 * series)


def _maximon_high(k: Reals) -> Reals:
    log = np.log(2 * k)
    square = (2 / k) ** 2
    second = (
        (6 - np.pi**2 / 3) * log
        - 7 / 2
        + 2 * log**3 / 3
        - log**2
        + 2 * _ZETA_3
        + np.pi**2 / 6
    )
    fourth = 3 * log / 16 + 1 / 8
    sixth = 29 * log / 2304 - 77 / 13824
    first = 28 * log / 9 - 218 / 27
    return np.asarray(first + square * second - square**2 * fourth - square**3 * sixth)
