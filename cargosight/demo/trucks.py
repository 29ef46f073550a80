"""What drives up at the demo's station: simulated trucks, some of them armed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cargosight.progress import Report
from data.formats import write_scan
from data.parallel import map_ordered
from data.simulation import Recipe, simulate_scan
from data.truth import FIREARM, Truth

FORTY_FEET_M: Final = 12.192
WORKERS: Final = 2


@dataclass(frozen=True, slots=True)
class Load:
    """What a truck carries.

    Attributes:
        cargo: Kind of its cargo.
        firearms: In how many places there are some.
        seed: Of all that is left to chance.
        length_m: Of its container.
    """

    cargo: str
    firearms: int
    seed: int
    length_m: float = FORTY_FEET_M

    @property
    def recipe(self) -> Recipe:
        """What is simulated: dual-energy, 4 mm, some 3,200 columns of 40 ft."""
        return Recipe(
            scanner="simulated 6/4 MV",
            length_m=self.length_m,
            cargo=self.cargo,
            firearms=self.firearms,
            form="whole",
            harmless=1,
            defects=(),
        )


LOADS: Final = (
    Load("cartons", 2, 103),
    Load("machinery", 0, 348),
    Load("appliances", 2, 114),
    Load("household", 0, 301),
    Load("cartons", 2, 105),
    Load("furniture", 2, 132),
    Load("household", 2, 116),
    Load("barrels", 0, 310),
)
"""Chosen for what the bundle that ships makes of them: the first one has an alarm, so
have three other armed ones, and one is missed; one clean one has an alarm too."""


@dataclass(frozen=True, slots=True)
class Truck:
    """A truck that was simulated.

    Attributes:
        path: File of its scan.
        cargo: Kind of its cargo.
        firearms: Kind of each firearm in it that can be seen.
    """

    path: Path
    cargo: str
    firearms: tuple[str, ...]

    def tell(self) -> str:
        """What a search of it would find, in words."""
        return f"{self.cargo}: {', '.join(self.firearms) or 'no firearm'}"


def simulate_trucks(
    out: Path, loads: tuple[Load, ...], *, progress: Report
) -> tuple[Truck, ...]:
    """Simulate trucks, two at a time.

    Args:
        out: Folder for their scans.
        loads: What each of them carries.
        progress: Told how many of how many are there.
    """
    tasks = [(out / f"{at:02d}.tiff", load) for at, load in enumerate(loads, 1)]
    trucks = []
    for truck in map_ordered(_simulate, tasks, workers=min(WORKERS, len(tasks))):
        trucks.append(truck)
        progress("simulating trucks", len(trucks), len(tasks))
    return tuple(trucks)


def _simulate(task: tuple[Path, Load]) -> Truck:
    path, load = task
    made = simulate_scan(load.seed, load.recipe)
    write_scan(made.scan, path)
    return Truck(path, load.cargo, _list_firearms(made.truth))


def _list_firearms(truth: Truth) -> tuple[str, ...]:
    return tuple(
        each.kind or FIREARM
        for each in truth.objects
        if each.label == FIREARM and not each.ignore
    )
