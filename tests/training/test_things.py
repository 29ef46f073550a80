"""Things to project are made once, repeat, lie in one file, and part as datasets do."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pytest

from data.errors import TrainingError
from data.physics.beam import Beam
from data.physics.materials import IRON
from data.projection.cutout import Cutout
from data.projection.sources import find_usable, part_cutouts
from data.simulation.geometry.meshes import BOX
from data.simulation.geometry.solids import Solids
from data.simulation.phantoms import arrangement
from data.simulation.phantoms.confusers import CONFUSERS
from data.simulation.phantoms.firearms import KINDS
from data.truth import TOY_GUN
from tests.data.projection.test_cutout import write_pair
from training.things import Things, make_phantoms, phantoms, read_things
from training.things.pool import PITCH_MM, PooledPhantom
from training.things.posing import draw_pose
from training.things.scanned import ScannedThing
from training.things.thing import measure_length

SIZES: dict[str, Any] = {"firearms": 12, "harmless": 50, "seed": 3}
GUNS = [("pistol", f"p{i}") for i in range(7)] + [("rifle", f"r{i}") for i in range(4)]


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    return folder, make_phantoms(folder, **SIZES)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    root = tmp_path_factory.mktemp("scanned")
    for kind, stem in GUNS:
        write_pair(root / "guns" / kind, stem)
    for stem in ("a", "b", "c"):
        write_pair(root / "benign" / "drill", stem)
    return root


def read(root, split="train", benign=(), **changes):
    settings = {"pitch_mm": 1.1, "groups": None, "seed": 0} | changes
    return read_things(root / "guns", benign, split=split, **settings)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def areal_of(thing):
    """What rays meet of a phantom of a pool."""
    assert isinstance(thing, PooledPhantom)
    return thing.areal


@dataclass(frozen=True)
class Named:
    """A thing that has but a name."""

    kind: str

    @property
    def length_mm(self) -> float:
        """It has none."""
        raise NotImplementedError

    def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
        """Nothing to be seen."""
        raise NotImplementedError


def test_a_pool_has_the_same_bytes_whatever_the_workers(tmp_path):
    sizes: dict[str, Any] = {"firearms": 3, "harmless": 3, "seed": 5}
    make_phantoms(tmp_path / "one", **sizes)
    make_phantoms(tmp_path / "two", **sizes, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) == 2


def test_another_seed_makes_other_phantoms(pool, tmp_path):
    other = make_phantoms(tmp_path, firearms=1, harmless=0, seed=4)
    mine, theirs = areal_of(pool[1].firearms[0]), areal_of(other.firearms[0])
    assert mine.shape != theirs.shape or (mine != theirs).any()


def test_what_is_there_is_not_made_again(pool):
    folder, made = pool
    before = contents(folder)
    again = make_phantoms(folder, **SIZES, progress=lambda *_: pytest.fail("made"))
    assert contents(folder) == before
    pairs = zip(made.firearms, again.firearms, strict=True)
    assert all(np.array_equal(areal_of(a), areal_of(b)) for a, b in pairs)


def test_a_pool_of_other_settings_lies_beside_it(tmp_path):
    make_phantoms(tmp_path, firearms=1, harmless=1, seed=0)
    make_phantoms(tmp_path, firearms=1, harmless=1, seed=1)
    assert len(make_phantoms(tmp_path, firearms=1, harmless=2, seed=0).harmless) == 2
    assert len(contents(tmp_path)) == 6


@pytest.mark.parametrize("suffix", [".bin", ".json"])
def test_a_pool_that_was_cut_short_is_made_again(tmp_path, suffix):
    make_phantoms(tmp_path, firearms=2, harmless=1, seed=0)
    whole = contents(tmp_path)
    (broken,) = tmp_path.glob(f"*{suffix}")
    broken.write_bytes(broken.read_bytes()[:-2])
    make_phantoms(tmp_path, firearms=2, harmless=1, seed=0)
    assert contents(tmp_path) == whole


def test_nothing_is_left_of_a_making_that_fails(tmp_path):
    def fail(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_phantoms(tmp_path, firearms=2, harmless=0, seed=0, progress=fail)
    assert not contents(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match=r"phantoms-\w+\.bin cannot be written"):
        make_phantoms(tmp_path / "file", firearms=1, harmless=0, seed=0)


@pytest.mark.parametrize(
    "wrong", [{"firearms": -1}, {"firearms": 0, "harmless": 0}, {"seed": -1}]
)
def test_numbers_out_of_range_are_refused(tmp_path, wrong):
    with pytest.raises(TrainingError, match="0 or more"):
        make_phantoms(tmp_path, **(SIZES | wrong))


def test_progress_is_told_of_every_phantom(tmp_path):
    told = []
    make_phantoms(
        tmp_path, firearms=2, harmless=1, seed=0, progress=lambda *n: told.append(n)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_all_phantoms_are_views_of_one_mapped_file(pool):
    things = pool[1]
    roots = set()
    for thing in (*things.firearms, *things.harmless):
        array = areal_of(thing)
        while isinstance(array.base, np.ndarray):
            array = array.base
        roots.add(id(array.base))
    assert len(roots) == 1


def test_firearms_come_in_turn_and_harmless_things_are_confusers_and_toys(pool):
    things = pool[1]
    assert [t.kind for t in things.firearms] == [*KINDS, *KINDS]
    kinds = {t.kind for t in things.harmless}
    assert TOY_GUN in kinds
    assert kinds - {TOY_GUN} <= set(CONFUSERS)
    assert len(kinds) > 20


def test_one_firearm_in_five_is_a_piece_and_none_a_bundle(tmp_path, monkeypatch):
    forms = []

    def record(rng, kind, form):
        forms.append(form)
        return arrangement.draw_firearms(rng, kind, form)

    monkeypatch.setattr(phantoms, "draw_firearms", record)
    make_phantoms(tmp_path, firearms=80, harmless=0, seed=0)
    assert set(forms) == {"whole", "parts"}
    assert 8 <= forms.count("parts") <= 26


def test_every_phantom_has_air_along_its_border_and_metal_or_plastic_within(pool):
    for thing in (*pool[1].firearms, *pool[1].harmless):
        mask = thing.cut((6.0, 4.0), 2).mask
        assert 20 < mask.sum() < mask.size
        assert not any(m[edge].any() for m in (mask, mask.T) for edge in (0, -1))


def test_a_length_is_that_of_the_thing_whatever_is_around_it():
    mask = np.zeros((50, 70), bool)
    assert measure_length(mask, (1.0, 1.0)) == 0
    mask[10:14, 20:30] = True
    mask[12, 31] = True
    assert measure_length(mask, (1.5, 1.0)) == 18.0
    assert measure_length(mask, (1.0, 5.0)) == 20.0


def test_phantoms_and_scanned_things_say_how_long_they_are(pool, scanned):
    for phantom in pool[1].firearms:
        mask = areal_of(phantom).sum(axis=0) > 0
        sides = [np.ptp(where) + 1 for where in np.nonzero(mask)]
        assert phantom.length_mm == pytest.approx(PITCH_MM * max(sides))
    thing = read(scanned, pitch_mm=2.0).firearms[0]
    shown = thing.cut((), 1)
    sides = [np.ptp(where) + 1 for where in np.nonzero(shown.mask)]
    assert thing.length_mm == pytest.approx(shown.pitch_mm[0] * max(sides))
    assert thing.length_mm < shown.pitch_mm[0] * max(shown.mask.shape)


def test_a_plate_keeps_its_size_and_its_weight(tmp_path, monkeypatch):
    plate = Solids()
    plate.add(BOX, (81.3, 40.7, 10), (0, 0, 0), IRON)
    item = arrangement.Item("pistol", "whole", None, plate, np.eye(3))
    monkeypatch.setattr(phantoms, "draw_firearms", lambda *_: (item,))
    monkeypatch.setattr(phantoms, "draw_pose", lambda _: np.eye(3))
    (thing,) = make_phantoms(tmp_path, firearms=1, harmless=0, seed=0).firearms
    iron, through = areal_of(thing)[1].astype(float), IRON.density_g_cm3 * 1.0
    assert np.median(iron[iron > 1]) == pytest.approx(through, rel=1e-3)
    assert iron.sum() * 0.16**2 == pytest.approx(8.13 * 4.07 * through, rel=0.02)
    covered = thing.cut((6.0,), 1).mask.sum() * 1.6**2
    assert covered == pytest.approx(81.3 * 40.7, rel=0.1)


@pytest.mark.parametrize("energies", [(6.0, 4.0), (9.0, 6.0), (4.0,)])
def test_a_phantom_attenuates_as_the_beams_of_the_scan_say(energies):
    areal = np.zeros((2, 8, 9), np.float16)
    areal[1, 2:6, 3:7] = 8.0
    cutout = PooledPhantom("pistol", areal).cut(energies, len(energies))
    assert cutout.attenuation.shape == (len(energies), 8, 9)
    assert cutout.energies_mv == energies
    assert cutout.mask.sum() == 16
    for plane, energy in zip(cutout.attenuation, energies, strict=True):
        expected = Beam(energy).attenuation([(IRON, np.array([8.0]))])[0]
        assert plane[3, 4] == pytest.approx(expected, rel=0.005)
        assert plane[0, 0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("energies", [(), (6.0,), (6.0, 4.0), (0.16,)])
@pytest.mark.parametrize("planes", [1, 2])
def test_there_are_as_many_planes_as_asked_for(pool, energies, planes):
    cutout = pool[1].firearms[0].cut(energies, planes)
    assert len(cutout.attenuation) == planes
    assert cutout.attenuation.max() > 0.1
    if planes == 2:
        assert cutout.attenuation[1].sum() > cutout.attenuation[0].sum()


def test_most_lie_broadside_and_some_edge_on():
    rng = np.random.default_rng(0)
    turns = np.array([draw_pose(rng) for _ in range(4000)])
    assert np.allclose(turns @ turns.transpose(0, 2, 1), np.eye(3))
    assert np.allclose(np.linalg.det(turns), 1)
    facing = np.abs(turns[:, 2, 2])
    assert 0.55 < (facing > np.cos(np.pi / 4)).mean() < 0.7
    assert 0.15 < (facing < np.sin(np.pi / 9)).mean() < 0.3
    assert (np.abs(turns[:, 2, 0]) > 0.9).mean() < 0.1


def test_a_rare_kind_of_firearm_is_drawn_as_often_as_a_common_one():
    things = Things([Named("rifle"), *[Named("pistol")] * 30], [])
    rng = np.random.default_rng(0)
    drawn = [things.draw_firearm(rng).kind for _ in range(400)]
    assert 150 < drawn.count("rifle") < 250


def test_every_harmless_thing_is_as_likely():
    things = Things([], [Named("drill"), *[Named("tap")] * 3])
    rng = np.random.default_rng(0)
    drawn = [things.draw_harmless(rng).kind for _ in range(400)]
    assert 70 < drawn.count("drill") < 130


def test_none_can_be_drawn_of_nothing():
    nothing, rng = Things([], []), np.random.default_rng(0)
    with pytest.raises(TrainingError, match="no firearms"):
        nothing.draw_firearm(rng)
    with pytest.raises(TrainingError, match="no harmless things"):
        nothing.draw_harmless(rng)


def test_scanned_firearms_are_parted_as_a_projected_dataset_parts_them(scanned):
    files = find_usable(scanned / "guns", 1.1, {}, pytest.fail)
    for split, part in part_cutouts(files, 5).items():
        mine = read(scanned, split, seed=5).firearms
        assert mine == [ScannedThing(file, 1.1) for file in part]
        assert part


def test_scanned_things_are_shown_with_the_beams_of_the_scan(scanned):
    thing = read(scanned).firearms[0]
    one, two = thing.cut((9.0,), 1), thing.cut((9.0, 6.0), 2)
    assert (len(one.attenuation), len(two.attenuation)) == (1, 2)
    assert np.median(two.attenuation[0][two.mask]) == pytest.approx(0.5, abs=0.03)
    assert thing.kind == "pistol"
    assert two.pitch_mm == (1.1, 1.1)
    assert thing.cut((9.0, 6.0), 2) is two


def test_harmless_things_come_from_a_folder_or_from_what_is_given(scanned):
    given = [Named("drill")]
    assert read(scanned, benign=given).harmless == given
    found = read(scanned, benign=scanned / "benign").harmless
    assert len(found) == 1
    assert found[0].kind == "drill"


def test_files_that_cannot_be_used_are_left_out_with_a_warning(tmp_path, caplog):
    for stem in ("a", "b", "c"):
        write_pair(tmp_path / "guns" / "pistol", stem)
    picture = np.full((40, 40, 3), 200, np.uint8)
    cv2.imwrite(str(tmp_path / "guns" / "pistol" / "d.png"), picture)
    assert len(read(tmp_path).firearms) == 1
    assert "d.png" in caplog.text


def test_too_few_firearms_for_a_part_are_refused(tmp_path):
    write_pair(tmp_path / "guns" / "pistol", "a")
    assert len(read(tmp_path).firearms) == 1
    with pytest.raises(TrainingError, match="fewer than 3 firearms"):
        read(tmp_path, "validation")
