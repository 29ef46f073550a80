"""What is in a scan comes out once, in px of the scan, however its columns come in."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import EncodingError
from data.scan import ScanInfo
from detector.encoding import Encoding, ScanEncoder, Shape
from detector.look import MOST_PENDING, Care, Look
from detector.network import Network, TilePlan
from detector.runtime import Answers, FixedRuntime
from detector.scale import Scale
from detector.windows import LOOK_BACK
from tests.detector.encoding.plain import cut_up
from tests.detector.seeing import SeeingRuntime, make_counts, make_display

SIDE, OVERLAP = 128, 32
PLANS = {
    "squares": TilePlan(Encoding.DUAL, SIDE, OVERLAP),
    "strips": TilePlan(Encoding.DUAL, SIDE, OVERLAP, free=True),
    "coarse first": TilePlan(Encoding.DUAL, SIDE, OVERLAP, True, 0.5),
}
EVERY_PLAN = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
RIFLE = (70, 40, 330, 58)
"""Over the seams of strips of 128 px, and longer than two of them."""


class Failing:
    """A network that fails of the tile after so many."""

    def __init__(self, good):
        self.good = good

    def run(self, tiles):
        """Answer nothing, see `detector.runtime.Runtime`."""
        self.good -= 1
        if self.good < 0:
            raise RuntimeError(len(tiles))
        return np.zeros((len(tiles), 1, 6), np.float32)


class LateFuture(Future[Answers]):
    """Is done once somebody waits for it."""

    def __init__(self, run):
        super().__init__()
        self.run = run

    def result(self, timeout=None):
        """Do it, see `Future.result`."""
        if not self.done():
            self.set_result(self.run())
        return super().result(timeout)


class LateExecutor(Executor):
    """Does nothing before somebody waits for it."""

    def submit(self, fn, /, *args, **kwargs):
        """Put work off, see `Executor.submit`."""
        return LateFuture(partial(fn, *args, **kwargs))


class EagerExecutor(Executor):
    """Does everything at once."""

    def submit(self, fn, /, *args, **kwargs):
        """Do it, see `Executor.submit`."""
        future = LateFuture(partial(fn, *args, **kwargs))
        future.result()
        return future


@pytest.fixture(scope="module")
def executor():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def begin(scan, plan, executor, runtime=None):
    encoding = Encoding.of(scan)
    runtime = SeeingRuntime(encoding, free=plan.free) if runtime is None else runtime
    encoder = ScanEncoder(encoding, Shape.of(scan, Scale()))
    plan = TilePlan(encoding, plan.side, plan.overlap, plan.free, plan.coarse_score)
    return Look(Network(runtime, plan, executor), encoder, 0.1)


def see(scan, plan, executor, pieces=None, runtime=None):
    """A finished look."""
    look = begin(scan, plan, executor, runtime)
    for piece in [scan] if pieces is None else pieces:
        look.push(piece)
    look.finish()
    return look


def in_order(boxes):
    return sorted(tuple(map(float, box)) for box in boxes)


@st.composite
def scenes(draw):
    """A scan of any kind and things in it, each in columns of its own."""
    pitch = draw(st.sampled_from([(4.0, 4.0), (2.0, 5.0), (6.0, 3.0)]))
    height, x = draw(st.integers(40, 200)), draw(st.integers(0, 60))
    things = []
    for _ in range(draw(st.integers(0, 3))):
        x1 = x + draw(st.integers(16, 200))
        y0 = draw(st.integers(0, height - 20))
        things.append((x, y0, x1, draw(st.integers(y0 + 16, min(height, y0 + 90)))))
        x = x1 + draw(st.integers(24, 300))
    size = x + draw(st.integers(1, 200)), height
    kind = draw(st.sampled_from(["dual", "single", "display"]))
    if kind == "display":
        return make_display(size, things, pitch_mm=pitch), things
    return make_counts(size, things, pitch_mm=pitch, low=kind == "dual"), things


@settings(max_examples=60)
@given(scenes(), st.sampled_from(list(PLANS.values())))
def test_what_is_in_a_scan_comes_out_once(scene, plan):
    scan, things = scene
    with ThreadPoolExecutor(1) as executor:
        found = see(scan, plan, executor).detections
    across, down = (4.0 / pitch for pitch in scan.info.pitch_mm)
    pixel = np.maximum([across, down] * 2, 1) + 1e-3
    assert len(found) == len(things)
    for box, thing in zip(in_order(found.boxes), sorted(things), strict=True):
        assert (np.abs(np.subtract(box, thing)) <= pixel).all()
    assert found.scores.tolist() == [np.float32(0.9)] * len(things)


@settings(max_examples=30)
@given(scenes(), st.sampled_from(list(PLANS.values())), st.data())
def test_pieces_of_any_size_come_to_the_same(scene, plan, data):
    scan, _ = scene
    width = scan.size[0]
    ends = data.draw(st.lists(st.integers(1, width), max_size=6))
    with ThreadPoolExecutor(2) as executor:
        whole = see(scan, plan, executor)
        parts = see(scan, plan, executor, cut_up(scan, ends))
    for name in ("boxes", "scores", "labels"):
        one, other = (getattr(look.detections, name) for look in (whole, parts))
        np.testing.assert_array_equal(one, other)
    assert whole.take_changes() == parts.take_changes()
    for number in range(len(whole.detections)):
        one, other = (look.object(number) for look in (whole, parts))
        assert one.box.tolist() == other.box.tolist()
        assert (one.score, one.label) == (other.score, other.label)
    # They may begin in another order, as answers come; the same is run.
    assert sorted(whole.spent.runs) == sorted(parts.spent.runs)


@EVERY_PLAN
@pytest.mark.parametrize("pitch", [(4.0, 4.0), (2.0, 5.0)])
def test_a_rifle_over_the_seams_of_strips_is_one_box(executor, plan, pitch):
    x, y = 4 / pitch[0], 4 / pitch[1]
    rifle = np.rint(np.multiply(RIFLE, [x, y, x, y])).astype(int).tolist()
    scan = make_counts((round(420 * x), round(100 * y)), [rifle], pitch_mm=pitch)
    look = see(scan, plan, executor)
    (found,) = look.detections.boxes
    assert np.abs(found - rifle).max() <= max(x, y, 1)
    assert look.take_changes() == (0,)
    assert look.object(0).box.tolist() == found.tolist()


@EVERY_PLAN
def test_things_are_numbered_from_left_to_right_as_they_come(executor, plan):
    things = [(20, 20, 60, 50), (200, 60, 260, 90), (500, 10, 560, 40)]
    scan = make_counts((640, 110), things, pitch_mm=(4.0, 4.0))
    look = begin(scan, plan, executor)
    met = []
    for piece in cut_up(scan, range(0, 640, 16)):
        look.push(piece)
        look.wait()
        new = look.take_changes()
        met += [number for number in new if number not in met]
        assert look.take_changes() == ()
    look.finish()
    met += [number for number in look.take_changes() if number not in met]
    assert met == [0, 1, 2]
    for number, thing in enumerate(things):
        assert np.abs(look.object(number).box - thing).max() <= 1


@EVERY_PLAN
def test_a_scan_of_air_is_never_looked_at(executor, plan):
    look = see(make_counts((500, 90), pitch_mm=(4.0, 4.0)), plan, executor)
    assert look.spent.runs == ()
    assert (look.spent.tiles, look.spent.pixels) == (0, 0)
    assert len(look.detections) == 0


def test_what_is_opaque_throughout_is_not_looked_at(executor):
    scan = make_counts((640, 96), pitch_mm=(4.0, 4.0))
    scan = type(scan)(
        high=np.full_like(scan.high, 200),
        low=np.full_like(scan.low, 200),
        air=scan.air,
        dark=scan.dark,
        info=scan.info,
    )
    look = see(scan, PLANS["strips"], executor)
    assert look.spent.tiles == 0
    assert look.overview.opaque_fraction == 1.0


def test_the_fine_pass_looks_only_where_the_coarse_pass_proposes(executor):
    # A wall all along, too bright for the network, and one dark thing.
    things = [(300, 40, 350, 80)]
    scan = make_counts((640, 600), things, pitch_mm=(4.0, 4.0))
    high = scan.high.copy()
    high[200:590] = np.minimum(high[200:590], 40000)
    scan = type(scan)(high=high, low=high, air=scan.air, dark=scan.dark, info=scan.info)
    fine = see(scan, PLANS["strips"], executor)
    coarse = see(scan, PLANS["coarse first"], executor)
    np.testing.assert_array_equal(fine.detections.boxes, coarse.detections.boxes)
    assert len(coarse.detections) == 1
    assert coarse.spent.pixels < 0.6 * fine.spent.pixels


def test_proposals_below_the_coarse_score_are_not_followed(executor):
    scan = make_counts((200, 96), [(20, 20, 80, 60)], pitch_mm=(4.0, 4.0))
    plan = TilePlan(Encoding.DUAL, SIDE, OVERLAP, True, 0.95)
    look = see(scan, plan, executor)
    assert len(look.detections) == 0
    assert look.spent.tiles >= 1


def test_a_scan_higher_than_a_network_takes_is_seen_all_over(executor):
    things = [(30, 100, 90, 150), (200, 8500, 260, 8560)]
    scan = make_counts((300, 9000), things, pitch_mm=(4.0, 4.0))
    for plan in PLANS.values():
        look = see(scan, plan, executor)
        assert len(look.detections) == 2
        assert all(max(run[1:]) <= 4096 for run in look.spent.runs)


@EVERY_PLAN
@pytest.mark.parametrize("care", [Care.COARSE, Care.NONE])
def test_what_was_seen_with_less_care_is_stated(executor, plan, care):
    things = [(40, 20, 100, 60), (400, 30, 470, 80)]
    scan = make_counts((640, 100), things, pitch_mm=(4.0, 4.0))
    first, second = cut_up(scan, [256])
    look = begin(scan, plan, executor)
    look.push(first)
    look.push(second, care=care)
    look.finish(care=care)
    parts = look.seen_with(care)
    assert len(parts)
    assert (parts[:, 2] <= 640).all()
    assert parts[:, 0].min() <= 400
    assert parts[:, 2].max() >= 470
    assert parts[:, 0].min() >= 160
    for other in Care:
        if other is not care:
            assert len(look.seen_with(other)) == 0
    boxes = in_order(look.detections.boxes)
    assert len(boxes) == (2 if care is Care.COARSE else 1)
    for box, thing in zip(boxes, things, strict=False):
        assert np.abs(np.subtract(box, thing)).max() <= 2


def test_with_full_care_nothing_else_is_stated(executor):
    scan = make_counts((300, 96), [(20, 20, 80, 60)], pitch_mm=(4.0, 4.0))
    look = see(scan, PLANS["strips"], executor)
    assert all(look.seen_with(care).shape == (0, 4) for care in Care)


@EVERY_PLAN
def test_an_object_is_found_while_the_scanner_stands_still(executor, plan):
    thing = (20, 20, 60, 50)
    scan = make_counts((260, 96), [thing], pitch_mm=(4.0, 4.0))
    look = begin(scan, plan, executor)
    first, second = cut_up(scan, [70])
    look.push(first)
    look.wait()
    assert look.take_changes() == ()
    look.end_strip()
    assert look.take_changes() == (0,)
    look.end_strip()  # nothing new: nothing is looked at again
    tiles = look.spent.tiles
    look.push(second)
    look.finish()
    (found,) = look.detections.boxes
    assert np.abs(found - thing).max() <= 1
    assert look.spent.tiles >= tiles


@EVERY_PLAN
def test_a_rifle_that_a_stop_cuts_is_still_one(executor, plan):
    scan = make_counts((420, 100), [RIFLE], pitch_mm=(4.0, 4.0))
    look = begin(scan, plan, executor)
    for piece in cut_up(scan, [193, 260]):
        look.push(piece)
        look.end_strip()
    look.finish()
    (found,) = look.detections.boxes
    assert np.abs(found - RIFLE).max() <= 1


def test_boxes_end_with_the_scan(executor):
    answers = np.array([[[-50, -50, 900, 900, 0.9, 0]]], np.float32)
    scan = make_counts((70, 50), [(10, 10, 60, 40)], pitch_mm=(4.0, 4.0))
    look = see(scan, PLANS["squares"], executor, runtime=FixedRuntime(answers))
    assert look.detections.boxes.tolist() == [[0, 0, 70, 50]]


def test_time_is_accounted_for(executor):
    scan = make_counts((640, 100), [(40, 20, 100, 60)], pitch_mm=(4.0, 4.0))
    look = see(scan, PLANS["squares"], executor)
    spent = look.spent
    assert spent.encode_s > 0
    assert spent.merge_s > 0
    assert spent.run_s >= 0
    assert spent.encode_s + spent.merge_s + spent.run_s <= look.elapsed_s
    assert spent.tiles == sum(count for count, _, _ in spent.runs)
    assert spent.pixels == spent.tiles * SIDE * SIDE


def test_a_network_that_fails_fails_the_scan(executor):
    scan = make_counts((640, 100), [(0, 0, 640, 80)], pitch_mm=(4.0, 4.0))
    with pytest.raises(RuntimeError):
        see(scan, PLANS["strips"], executor, runtime=Failing(1))


def test_a_scan_without_columns_cannot_be_finished(executor):
    scan = make_counts((8, 8), pitch_mm=(4.0, 4.0))
    with pytest.raises(EncodingError, match="without a column"):
        begin(scan, PLANS["strips"], executor).finish()


@EVERY_PLAN
def test_columns_wait_where_the_network_cannot_follow(plan):
    scan = make_counts((2500, 100), [(0, 0, 2500, 60)], pitch_mm=(4.0, 4.0))
    look = begin(scan, plan, LateExecutor())
    for piece in cut_up(scan, range(0, 2500, 64)):
        look.push(piece)
        assert len(look._pending) <= MOST_PENDING  # noqa: SLF001 - bounds memory
    assert len(look._pending) == MOST_PENDING  # noqa: SLF001
    look.finish()
    assert look.detections.boxes.tolist() == [[0, 0, 2500, 60]]


@EVERY_PLAN
def test_what_is_answered_at_once_is_known_at_once(plan):
    scan = make_counts((640, 100), [(20, 20, 60, 50)], pitch_mm=(4.0, 4.0))
    look = begin(scan, plan, EagerExecutor())
    look.push(scan)
    assert look.take_changes() == (0,)


@settings(max_examples=30)
@given(scenes(), st.sampled_from(list(PLANS.values())))
def test_it_does_not_matter_when_answers_come(scene, plan):
    scan, _ = scene
    with ThreadPoolExecutor(3) as executor:
        soon = see(scan, plan, executor)
    late = see(scan, plan, LateExecutor(), cut_up(scan, range(0, 2000, 70)))
    np.testing.assert_array_equal(soon.detections.boxes, late.detections.boxes)
    assert soon.take_changes() == late.take_changes()


@EVERY_PLAN
def test_memory_does_not_grow_with_the_length(executor, plan):
    scan = make_counts((640, 64), [(0, 0, 640, 40)], pitch_mm=(4.0, 4.0))
    look = begin(scan, plan, executor)
    most = plan.strip_width + LOOK_BACK + 64 + MOST_PENDING * plan.strip_width
    for _ in range(8):
        for piece in cut_up(scan, range(0, 640, 64)):
            look.push(piece)
            look.wait()
            kept = sum(b.planes.shape[2] for b in look._belt._blocks)  # noqa: SLF001
            assert kept <= most
    look.finish()


def test_a_scan_whose_pitch_is_not_known_is_seen_whole(executor):
    thing = (20, 20, 70, 60)
    scan = make_counts((300, 96), [thing])
    assert scan.info == ScanInfo(energies_mv=(6.0, 4.0))
    (found,) = see(scan, PLANS["strips"], executor).detections.boxes
    assert np.abs(found - thing).max() <= 1


def test_a_device_that_takes_many_tiles_gets_those_of_several_strips(executor):
    class Many(SeeingRuntime):
        batch = 8

    scan = make_counts((64 * 12, 60), [(0, 10, 64 * 12, 50)], pitch_mm=(4.0, 4.0))
    look = begin(scan, TilePlan(Encoding.DUAL, 64, 32), executor, Many())
    look.push(scan)
    look.finish()
    assert [count for count, _, _ in look.spent.runs] == [8, 8, 7]
    assert len(look.detections) == 1
