"""Tests of scans at the network's scale: all that live encoding shows is kept."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from data.dataset import read_dataset
from data.display import to_display
from data.errors import EncodingError
from data.formats import read_scan
from data.physics.noise import estimate_noise
from data.scan import Scan, ScanInfo
from data.simulation import Recipe, simulate_scan
from detector.encoding import Encoding, encode_scan
from detector.scale import Scale
from detector.tiles import Tile
from tests.data.projection.things import make_scan
from tests.training.scans import make_truth, write_scans
from training.config import Projection, TrainingConfig
from training.painting import draw_look, paint, view_scan
from training.prepared import PreparedScan, prepare_samples
from training.windows import cut_planes

DUAL = TrainingConfig(scale=Scale(pitch_mm=6.0))
DISPLAY = TrainingConfig(encoding=Encoding.DISPLAY, scale=Scale(pitch_mm=6.0))


def prepare(root, folder, config=DUAL, told=None):
    steps = [] if told is None else told
    dataset = read_dataset(root)
    return prepare_samples(
        dataset,
        dataset.samples,
        config,
        folder,
        workers=1,
        progress=lambda *step: steps.append(step),
    )


def paint_window(scan, window, holds="dual"):
    levels = cut_planes(scan, window).astype(np.float32)
    how = draw_look(scan, np.random.default_rng(0))
    view = view_scan(scan, levels, scan.known.noise, how)
    return paint(view, holds)


def paint_whole(scan, holds="dual"):
    return paint_window(scan, Tile(0, 0, *scan.size), holds)


def grey_scan(grey, info=ScanInfo(pitch_mm=(6.0, 6.0))):  # noqa: B008 - frozen
    return Scan(display=np.repeat(grey[..., None], 3, axis=2), info=info)


@dataclass(frozen=True)
class Simulated:
    """A 4 m scan of two energies, one firearm of which nobody could see."""

    root: object
    scan: Scan
    truth: object
    prepared: PreparedScan


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    root = tmp_path_factory.mktemp("simulated")
    made = simulate_scan(1, Recipe(length_m=4.0, firearms=3))
    objects = list(made.truth.objects)
    armed = [i for i, o in enumerate(objects) if o.label == "firearm" and not o.ignore]
    objects[armed[0]] = objects[armed[0]].model_copy(update={"ignore": True})
    truth = made.truth.model_copy(update={"objects": tuple(objects)})
    write_scans(root, [("a", "train", made.scan, truth)])
    scan = read_scan(root / "scans" / "a.tiff")
    return Simulated(root, scan, truth, prepare(root, root / "cache")[0])


@pytest.fixture
def three(tmp_path):
    """Scans of the same box, the middle one with a firearm."""
    empty, armed = make_truth(), make_truth((20.0, 30.0, 60.0, 50.0))
    rows = [("a", "train", empty), ("b", "train", armed), ("c", "train", empty)]
    return write_scans(
        tmp_path / "dataset", [(n, s, make_scan(), truth) for n, s, truth in rows]
    )


def test_a_prepared_scan_is_painted_as_it_is_encoded_live(simulated):
    live = encode_scan(simulated.scan, Encoding.DUAL, DUAL.scale).planes.astype(int)
    drawn = paint_whole(simulated.prepared)
    off = np.abs(drawn - live)
    assert drawn.shape == live.shape
    assert off[..., :2].max() <= 1
    assert (off <= 1).mean() > 0.96
    # The material plane divides by the noise: half a step in 11 bits is seen there.
    assert (off[..., 2] <= 1).mean() > 0.9
    assert off[..., 2].max() <= 10
    assert abs((drawn[..., 2] - live[..., 2]).mean()) < 0.05
    assert live[..., 2].std() > 30


def test_a_window_is_painted_as_it_is_in_the_whole(simulated):
    live = encode_scan(simulated.scan, Encoding.DUAL, DUAL.scale).planes.astype(int)
    window = Tile(120, 90, 280, 250)
    inner = paint_window(simulated.prepared, window)[1:-1, 1:-1]
    off = np.abs(inner - live[91:249, 121:279])
    assert (off <= 1).mean() > 0.95
    assert off.max() <= 10


def test_boxes_are_at_scale_and_ignored_ones_apart(simulated):
    scan, prepared = simulated.scan, simulated.prepared
    width, height = scan.size
    factors = np.array([prepared.size[0] / width, prepared.size[1] / height] * 2)
    assert factors == pytest.approx(0.5, abs=0.002)
    seen = simulated.truth.boxes() * factors
    unseen = simulated.truth.boxes(ignored=True) * factors
    assert len(seen) >= 2
    assert len(unseen) == 1
    np.testing.assert_allclose(prepared.boxes, seen, rtol=1e-5)
    np.testing.assert_allclose(prepared.ignored, unseen, rtol=1e-5)
    assert prepared.known.behind == simulated.truth.surroundings()
    assert prepared.known.added == simulated.truth.contrasts()
    assert len(prepared.known.added) == len(prepared.boxes)
    assert not prepared.clean


def test_what_is_known_is_of_the_scan_at_scale(simulated):
    prepared = simulated.prepared
    levels = prepared.planes.astype(np.float32)
    known = prepared.known
    assert known.noise == pytest.approx(list(map(estimate_noise, levels)), rel=0.1)
    assert known.energies_mv == simulated.scan.info.energies_mv
    assert known.air is None
    assert known.pitched
    assert prepared.wide.shape == (2, *prepared.overview.shape)
    width, height = prepared.size
    assert prepared.overview.shape == (height // 16, width // 16)
    assert prepared.inside.shape == (height // 2, width // 2)
    assert 0.1 < prepared.inside.mean() < 0.9
    assert [noise.air for noise in prepared.noise] == list(known.noise)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.4, 3.0])
@pytest.mark.parametrize("air", [160, 201, 233, 255])
def test_a_grey_picture_comes_back_exactly_as_it_was(tmp_path, air, gamma):
    # Every grey there is, amid air that fills most of the picture.
    grey = np.full((96, 128), air, np.uint8)
    grey[30:62, 40:72] = np.arange(1024).reshape(32, 32) % (air + 1)
    write_scans(tmp_path, [("a", "train", grey_scan(grey), make_truth())])
    config = DISPLAY.model_copy(update={"projection": Projection(gamma=gamma)})
    (scan,) = prepare(tmp_path, tmp_path / "cache", config)
    assert scan.has_levels
    assert scan.wide is None
    assert scan.known.air == pytest.approx(air, abs=1)
    np.testing.assert_allclose(
        scan.planes[0].astype(float), (grey / scan.known.air) ** gamma, atol=1e-3
    )
    np.testing.assert_array_equal(
        paint_whole(scan, "display"), read_scan(tmp_path / "scans" / "a.tiff").display
    )


def test_a_rendered_scan_comes_back_as_live_encoding_shows_it(simulated, tmp_path):
    shown = to_display(simulated.scan, np.random.default_rng(2))
    assert shown.display is not None
    assert np.ptp(shown.display.astype(int), axis=2).max() == 0
    shown = replace(shown, info=ScanInfo(pitch_mm=(3.0, 3.0)))
    write_scans(tmp_path, [("a", "train", shown, make_truth())])
    (scan,) = prepare(tmp_path, tmp_path / "cache", DISPLAY)
    live = encode_scan(shown, Encoding.DISPLAY, DISPLAY.scale).planes
    assert scan.size[0] * 2 == pytest.approx(shown.size[0], abs=1)
    # Averages of 8 bits are rounded by one library here, and by another live.
    apart = np.abs(paint_whole(scan, "display").astype(int) - live)
    assert apart.max() <= 1
    assert np.count_nonzero(apart) <= 1e-3 * apart.size


def test_a_picture_in_colours_stays_a_picture(tmp_path):
    picture = np.full((80, 120, 3), 255, np.uint8)
    picture[20:60, 30:90] = (200, 120, 40)
    scan = Scan(display=picture, info=ScanInfo(pitch_mm=(6.0, 6.0)))
    write_scans(tmp_path, [("a", "train", scan, make_truth())])
    (made,) = prepare(tmp_path, tmp_path / "cache", DISPLAY)
    assert not made.has_levels
    assert made.size == (120, 80)
    assert made.inside is made.wide is None
    np.testing.assert_array_equal(made.planes, picture)


def test_a_display_scan_is_refused_for_a_dual_network(tmp_path):
    coloured = np.full((40, 60, 3), (200, 120, 40), np.uint8)
    for name, picture in (("grey", coloured[..., [0] * 3]), ("colours", coloured)):
        root = tmp_path / name
        write_scans(root, [("a", "train", Scan(display=picture.copy()), make_truth())])
        with pytest.raises(EncodingError, match=r"^a\.tiff: .* network for display"):
            prepare(root, root / "cache")


def test_counts_may_be_prepared_for_a_display_network(simulated):
    (scan,) = prepare(simulated.root, simulated.root / "cache", DISPLAY)
    assert paint_whole(scan, "display").dtype == np.uint8


def test_a_pitch_that_is_given_serves_scans_that_state_none(tmp_path):
    scans = [make_scan(pitch=None), make_scan(pitch=(3.0, 6.0))]
    rows = [(name, "train", scan, make_truth()) for name, scan in zip("ab", scans)]  # noqa: B905
    write_scans(tmp_path, rows)
    given = DUAL.model_copy(update={"pitch_mm": 12.0})
    unknown, stated = prepare(tmp_path, tmp_path / "cache", given)
    assert unknown.size == (800, 480)
    assert stated.size == (200, 240)
    assert unknown.known.pitched
    without, _ = prepare(tmp_path, tmp_path / "cache")
    assert without.size == (400, 240)
    assert not without.known.pitched


def test_a_second_call_reads_what_is_there(three, tmp_path):
    told: list[tuple[int, int]] = []
    first = prepare(three, tmp_path / "cache", told=told)
    assert told == [(1, 3), (2, 3), (3, 3)]
    again = prepare(three, tmp_path / "cache", told=told)
    assert len(told) == 3
    for one, two in zip(first, again, strict=True):
        assert one.known == two.known
        np.testing.assert_array_equal(one.planes, two.planes)
        np.testing.assert_array_equal(one.inside, two.inside)
    assert [scan.clean for scan in again] == [True, False, True]


def test_what_was_interrupted_is_made_anew(three, tmp_path):
    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    dataset = read_dataset(three)
    with pytest.raises(KeyboardInterrupt):
        prepare_samples(
            dataset,
            dataset.samples,
            DUAL,
            tmp_path / "cache",
            workers=1,
            progress=stop,
        )
    told: list[tuple[int, int]] = []
    made = prepare(three, tmp_path / "cache", told=told)
    whole = prepare(three, tmp_path / "other")
    assert len(told) == 3
    for one, two in zip(made, whole, strict=True):
        np.testing.assert_array_equal(one.planes, two.planes)


def test_what_another_process_prepares_is_not_touched_before_all_is_there(
    three, tmp_path
):
    """It would map zeros where this one had not written yet."""
    first = prepare(three, tmp_path / "cache")
    (index,) = (tmp_path / "cache").rglob("prepared.json")
    index.unlink()  # as if it were still at it

    class Told(list[int]):
        def append(self, _step):
            for scan in first:
                assert (scan.planes > 0).all()
            super().append(index.with_suffix(".bin").stat().st_ino)

    told = Told()
    again = prepare(three, tmp_path / "cache", told=told)
    assert len(told) == len(first)
    assert len(set(told)) == 1
    assert index.with_suffix(".bin").stat().st_ino != told[0]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.planes, other.planes)


def test_an_index_that_is_damaged_is_made_anew(three, tmp_path):
    first = prepare(three, tmp_path / "cache")
    (index,) = (tmp_path / "cache").glob("*/prepared.json")
    index.write_bytes(index.read_bytes()[:-9])
    told: list[tuple[int, int]] = []
    again = prepare(three, tmp_path / "cache", told=told)
    assert len(told) == 3
    assert [scan.known for scan in again] == [scan.known for scan in first]


@pytest.mark.parametrize("change", ["truth", "scale", "pitch"])
def test_another_dataset_or_scale_is_prepared_beside(three, tmp_path, change):
    prepare(three, tmp_path / "cache")
    updates: dict[str, Any] = {
        "scale": {"scale": Scale(pitch_mm=8.0)},
        "pitch": {"pitch_mm": 2.0},
    }
    config = DUAL.model_copy(update=updates.get(change, {}))
    if change == "truth":
        truth = make_truth((1.0, 2.0, 30.0, 40.0))
        (three / "scans" / "a.json").write_text(truth.model_dump_json())
    told: list[tuple[int, int]] = []
    made = prepare(three, tmp_path / "cache", config, told)
    assert len(told) == 3
    assert len([*(tmp_path / "cache").iterdir()]) == 2
    assert len(made[0].boxes) == (change == "truth")


def test_another_encoding_takes_the_same_files(three, tmp_path):
    prepare(three, tmp_path / "cache")
    told: list[tuple[int, int]] = []
    prepare(three, tmp_path / "cache", DISPLAY, told)
    assert not told
