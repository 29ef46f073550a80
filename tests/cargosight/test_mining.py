"""Tests of `cargosight mine`: what to label next."""

import csv
import json
import re
import shutil
from dataclasses import replace
from zlib import crc32

import cv2
import numpy as np
import pytest
import typer

from cargosight.mine_cli import mine
from cargosight.mining.looking import Look, Looking, look_at_scans
from cargosight.mining.mining import mine_scans
from cargosight.mining.queue_file import Queue
from cargosight.mining.wishes import MineWishes, read_shares
from data.annotations.labelling import LabelWish
from data.annotations.registry import LABEL_FORMATS
from data.catalog.catalog import open_catalog, write_version
from data.catalog.importing import Incoming, import_scans
from data.dataset import DatasetIndex, IndexedScan, hash_file
from data.errors import CargosightError, DatasetError, ResultError
from data.formats import write_scan
from data.truth import Truth, TruthObject
from detector.bundle import read_bundle
from tests.detector.graphs import make_bundle, make_graph
from tests.detector.seeing import AIR, SeeingRuntime, make_counts

THRESHOLD = 0.25
"""Of the operating point that `make_bundle` gives."""

SIZE = (64, 32)
BOX = (8.0, 8.0, 24.0, 18.0)
"""Of the thing in a scan, in one tile."""


class GradingRuntime(SeeingRuntime):
    """Boxes what is darker than air, with a score that grows with its darkness."""

    def run(self, tiles):
        """Answer, see `detector.runtime.Runtime`."""
        self.shapes.append(tiles.shape)
        found = [list(self._find(tile[1] < 0.97 * self.air)) for tile in tiles]
        answers = np.zeros((len(tiles), max(map(len, found), default=0), 6), np.float32)
        for tile, rows, boxes in zip(tiles, answers, found, strict=True):
            for row, box in zip(rows, boxes, strict=False):
                x0, y0, x1, y1 = box
                score = 1 - tile[1, y0:y1, x0:x1].min() / self.air
                row[:] = [*box, score, 0]
        return answers


@pytest.fixture
def grading(monkeypatch):
    """Every network that was loaded: it grades what it sees."""
    return GradingRuntime.replace(monkeypatch)


@pytest.fixture
def runtimes(grading, monkeypatch):
    """The same, where no scan passes for another: these small ones are alike."""
    monkeypatch.setattr(
        "cargosight.mining.choosing.group_alike",
        lambda paths, **_: list(range(len(paths))),
    )
    return grading


@pytest.fixture
def bundle(tmp_path):
    """A bundle for scans with counts, its own for each test."""
    make_bundle(tmp_path / "bundle", {"dual": make_graph(), "display": make_graph()})
    return tmp_path / "bundle"


def make_scan(seed, score=None, *, noise=0.004, scanner="S1", box=BOX):
    """A noisy scan with a thing in it that the network gives a score."""
    scan = make_counts(SIZE, pitch_mm=(4.0, 4.0), low=False)
    rng = np.random.default_rng(seed)
    light = np.ones(SIZE[::-1])
    if score is not None:
        x0, y0, x1, y1 = map(int, box)
        light[y0:y1, x0:x1] = (1 - score) ** 2.5
    counts = light * (AIR - 200) + 200 + rng.normal(0, noise * AIR, light.shape)
    high = np.clip(np.rint(counts), 0, 65535).astype(np.uint16)
    info = scan.info.model_copy(update={"scanner": scanner})
    return replace(scan, high=high, info=info)


def write_pool(folder, scores, **how):
    """A scan a score, named by its number."""
    for number, score in enumerate(scores):
        place = folder / f"{number:02d}.tiff"
        write_scan(
            make_scan(crc32(f"{folder.name}{number}".encode()), score, **how), place
        )
    return folder


def run(scans, out, bundle, **wishes):
    given = {"allow_unsigned": True, "threads": 1} | wishes
    return mine_scans(
        [scans], out, MineWishes(bundle=bundle, **given), progress=lambda *_: None
    )


def names(queue, reason=None):
    return [i.scan for i in queue.items if reason in {None, i.reason}]


@pytest.mark.usefixtures("runtimes")
def test_scores_near_the_operating_point_come_first(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.9, 0.02, 0.3, 0.6, 0.2, None])
    queue = run(pool, tmp_path / "out", bundle, budget=3).queue
    assert set(names(queue)[:2]) == {"02.tiff", "04.tiff"}
    assert names(queue)[2] == "03.tiff"
    assert {item.reason for item in queue.items} == {"uncertain"}
    first, second = queue.items[:2]
    assert first.score >= second.score
    over = next(item for item in queue.items if item.scan == "02.tiff")
    assert re.search(r"0\.3\d? is over the operating point 0\.25", over.words)
    assert (over.alarms, over.clean) == (1, False)


@pytest.mark.usefixtures("runtimes")
def test_alarms_on_clean_scans_are_queued_as_false_alarms(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.3, 0.2])
    clean = write_pool(tmp_path / "clean", [0.01, 0.6, 0.15])
    for name, new in (("00", "a"), ("01", "b"), ("02", "c")):
        (clean / f"{name}.tiff").rename(clean / f"{new}.tiff")
    queue = run(pool, tmp_path / "out", bundle, clean=(clean,)).queue
    assert names(queue, "false alarm") == ["b.tiff", "c.tiff"]
    assert set(names(queue, "uncertain")) == {"00.tiff", "01.tiff"}
    assert queue.clean == 3
    strongest = next(item for item in queue.items if item.scan == "b.tiff")
    assert strongest.words.startswith("stated to be clean, and an alarm: 0.6")


@pytest.mark.usefixtures("runtimes")
def test_a_list_states_which_of_the_scans_are_clean(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.3, 0.9])
    stated = tmp_path / "clean.txt"
    stated.write_text("01.tiff\n\n")
    queue = run(pool, tmp_path / "out", bundle, clean=(stated,)).queue
    assert names(queue, "false alarm") == ["01.tiff"]
    stated.write_text("01.tiff\nno.tiff\nnor.tiff\n")
    with pytest.raises(ResultError, match=r"line 2 \(no\.tiff\), line 3 \(nor\.tiff\)"):
        run(pool, tmp_path / "out", bundle, clean=(stated,))


def make_dataset(folder, armed, splits):
    """A dataset with as many scans, of which some hold a firearm."""
    write_pool(folder / "scans", [0.9] * len(armed))
    gun = TruthObject(box=BOX)
    rows = []
    for number, (holds, split) in enumerate(zip(armed, splits, strict=True)):
        name = f"scans/{number:02d}"
        truth = Truth(objects=(gun,) if holds else ())
        (folder / f"{name}.json").write_text(truth.model_dump_json())
        rows.append(IndexedScan(scan=f"{name}.tiff", truth=f"{name}.json", split=split))
    index = DatasetIndex(name="d", synthetic=False, scans=tuple(rows))
    (folder / "dataset.json").write_text(index.model_dump_json())
    return folder


@pytest.mark.usefixtures("runtimes")
def test_of_a_dataset_only_clean_scans_of_its_training_part_are_mined(tmp_path, bundle):
    dataset = make_dataset(
        tmp_path / "data", [False, True, False], ["train", "train", "held-out"]
    )
    pool = write_pool(tmp_path / "pool", [0.3])
    (pool / "00.tiff").rename(pool / "new.tiff")
    queue = run(pool, tmp_path / "out", bundle, clean=(dataset,)).queue
    assert names(queue, "false alarm") == ["00.tiff"]
    assert queue.looked == 2


@pytest.mark.usefixtures("runtimes")
def test_scans_that_a_dataset_has_are_not_queued_again(tmp_path, bundle):
    dataset = make_dataset(
        tmp_path / "data", [True, False, True], ["train", "train", "held-out"]
    )
    pool = dataset / "scans"
    write_scan(make_scan(99, 0.3), pool / "new.tiff")
    mined = run(pool, tmp_path / "out", bundle, known=dataset)
    assert names(mined.queue) == ["new.tiff"]
    assert mined.queue.known == 3


@pytest.mark.usefixtures("runtimes")
def test_clean_scans_of_the_known_dataset_are_queued_as_false_alarms(tmp_path, bundle):
    dataset = make_dataset(
        tmp_path / "data", [True, False, False], ["train", "train", "held-out"]
    )
    pool = dataset / "scans"
    shutil.copy(pool / "01.tiff", pool / "00-again.tiff")  # named before the clean one
    write_scan(make_scan(99, 0.3), pool / "new.tiff")
    queue = run(pool, tmp_path / "out", bundle, known=dataset, clean=(dataset,)).queue
    assert names(queue, "false alarm") == ["01.tiff"]
    assert names(queue, "uncertain") + names(queue, "odd") == ["new.tiff"]
    assert (queue.known, queue.clean) == (3, 1)


@pytest.mark.usefixtures("runtimes")
def test_catalogued_scans_that_no_part_uses_are_known_too(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.3, 0.9, 0.6])
    scans = [
        Incoming(name, pool / f"{name}.tiff", Truth(objects=(), source="test"), {})
        for name in ("00", "01")
    ]
    root = tmp_path / "set"
    import_scans(open_catalog(root), scans, note="made for a test")
    catalog = open_catalog(root)
    parts = catalog.frame["name"].replace_strict({"00": "train"}, default=None)
    write_version(catalog, catalog.frame.with_columns(split=parts), note="shared out")
    queue = run(pool, tmp_path / "out", bundle, known=root).queue
    assert names(queue) == ["02.tiff"]
    assert queue.known == 2


@pytest.mark.usefixtures("runtimes")
def test_a_scan_of_another_scanner_is_queued_as_odd(tmp_path, bundle):
    dataset = make_dataset(tmp_path / "data", [False] * 8, ["train"] * 8)
    pool = write_pool(tmp_path / "pool", [0.3] * 6)
    odd = make_scan(5, 0.9, noise=0.03, scanner="S9")
    write_scan(odd, pool / "odd.tiff")
    queue = run(pool, tmp_path / "out", bundle, known=dataset, budget=4).queue
    (found,) = [item for item in queue.items if item.scan == "odd.tiff"]
    assert found.reason == "odd"
    assert "no known one is of the scanner S9" in found.words
    assert "spreads higher" in found.words


@pytest.mark.usefixtures("grading")
def test_near_duplicates_are_queued_once_and_counted(tmp_path, bundle):
    rng = np.random.default_rng(3)
    pool = tmp_path / "pool"
    pool.mkdir()
    for name in "abcd":
        texture = cv2.resize(rng.random((40, 80)), (640, 320))
        picture = np.repeat((255 * texture).astype(np.uint8)[..., None], 3, axis=2)
        cv2.imwrite(str(pool / f"{name}.png"), picture)
    first = np.asarray(cv2.imread(str(pool / "a.png")))
    cv2.imwrite(str(pool / "a-again.jpg"), first, [cv2.IMWRITE_JPEG_QUALITY, 80])
    cv2.imwrite(str(pool / "a-mirrored.png"), first[:, ::-1])
    queue = run(pool, tmp_path / "out", bundle, pitch_mm=4.0).queue
    assert len(queue.items) == 4
    assert sorted(item.stands_for for item in queue.items) == [1, 1, 1, 3]


@pytest.mark.usefixtures("runtimes")
def test_the_same_file_under_two_names_is_queued_once(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.3])
    (pool / "copy.tiff").write_bytes((pool / "00.tiff").read_bytes())
    assert len(run(pool, tmp_path / "out", bundle).queue.items) == 1


def test_a_run_that_was_killed_goes_on_and_ends_the_same(tmp_path, bundle, runtimes):
    pool = write_pool(tmp_path / "pool", [0.3, 0.6, 0.2, 0.9])
    whole = run(pool, tmp_path / "whole", bundle)
    begun = sum(one.tiles for one in runtimes)
    told = []

    def stop(what, done, count):
        told.append((what, count))
        if done == 2:
            raise KeyboardInterrupt

    wishes = MineWishes(bundle=bundle, allow_unsigned=True)
    with pytest.raises(KeyboardInterrupt):
        mine_scans([pool], tmp_path / "out", wishes, progress=stop)
    assert not (tmp_path / "out" / "queue.json").exists()
    half = sum(one.tiles for one in runtimes) - begun
    again = run(pool, tmp_path / "out", bundle)
    rest = sum(one.tiles for one in runtimes) - begun - half
    assert 0 < rest < begun
    assert half + rest == begun
    assert again.queue.items == whole.queue.items
    run(pool, tmp_path / "out", bundle, budget=1)
    assert sum(one.tiles for one in runtimes) == begun + half + rest


@pytest.mark.usefixtures("runtimes")
def test_a_folder_of_another_bundle_is_refused(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.3])
    run(pool, tmp_path / "out", bundle)
    make_bundle(tmp_path / "other", {"dual": make_graph()}, name="other")
    with pytest.raises(DatasetError, match="choose a new folder"):
        run(pool, tmp_path / "out", tmp_path / "other")


@pytest.mark.usefixtures("runtimes")
def test_a_scan_that_cannot_be_read_is_named_and_the_others_are_queued(
    tmp_path, bundle
):
    pool = write_pool(tmp_path / "pool", [0.3, 0.2])
    (pool / "00.tiff").write_bytes(b"II*\0")
    mined = run(pool, tmp_path / "out", bundle)
    assert names(mined.queue) == ["01.tiff"]
    (failure,) = mined.failures
    assert failure.startswith(str(pool / "00.tiff"))
    (pool / "01.tiff").write_bytes(b"II*\0")
    with pytest.raises(ResultError, match="None of the scans"):
        run(pool, tmp_path / "out", bundle)


@pytest.mark.usefixtures("runtimes")
def test_tools_are_offered_what_the_bundle_found_on_pictures_of_the_scans_pixels(
    tmp_path, bundle
):
    pool = write_pool(tmp_path / "pool" / "lane 1", [0.6]).parent
    mined = run(pool, tmp_path / "out", bundle)
    for window in ("thin", "dense"):
        shown = tmp_path / "out" / "pictures" / "lane 1" / f"00.{window}.png"
        picture = np.asarray(cv2.imread(str(shown), cv2.IMREAD_UNCHANGED))
        assert picture.shape == SIZE[::-1]
    assert [path.name for path in mined.tools] == ["label-studio.json", "cvat.xml"]
    (task,) = json.loads((tmp_path / "out" / "label-studio.json").read_text())
    assert task["annotations"] == []
    (offered,) = task["predictions"]
    assert offered["model_version"] == "test"
    assert offered["score"] == pytest.approx(0.6, abs=0.05)
    read = LABEL_FORMATS["cvat"].read(tmp_path / "out" / "cvat.xml", LabelWish())
    (labelled,) = read.files
    assert labelled.file == "lane 1/00.thin.png"
    (thing,) = labelled.truth.objects
    assert thing.box == pytest.approx(BOX, abs=1)
    assert thing.origin is not None
    assert (thing.origin.how, thing.origin.bundle) == ("prediction", "test")


@pytest.mark.usefixtures("runtimes")
def test_the_queue_is_written_as_table_as_json_and_as_a_page(tmp_path, bundle):
    pool = write_pool(tmp_path / "pool", [0.3, 0.6])
    (pool / "00.tiff").rename(pool / "a <b>.tiff")
    out = tmp_path / "out"
    queue = run(pool, out, bundle, to="none").queue
    assert Queue.model_validate_json((out / "queue.json").read_bytes()) == queue
    with (out / "queue.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["scan"] for row in rows] == names(queue)
    assert [row["rank"] for row in rows] == ["1", "2"]
    page = (out / "queue.html").read_text()
    assert page.count("data:image/jpeg") == 2
    assert "a &lt;b&gt;.tiff" in page
    assert "a <b>" not in page
    assert not (out / "pictures").exists()


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"to": "paper"}, "no tool 'paper'"),
        ({"shares": read_shares("odd=1")}, "need --known"),
        ({"allow_unsigned": False}, "not signed"),
    ],
)
@pytest.mark.usefixtures("runtimes")
def test_wishes_that_cannot_be_met_are_refused_in_one_line(
    tmp_path, bundle, wishes, why
):
    pool = write_pool(tmp_path / "pool", [0.3])
    with pytest.raises(CargosightError, match=why) as refused:
        run(pool, tmp_path / "out", bundle, **wishes)
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("runtimes")
def test_a_mirrored_scan_gives_the_boxes_of_the_scan(tmp_path, bundle):
    place = write_pool(tmp_path / "pool", [0.9]) / "00.tiff"
    how = Looking(tmp_path / "looks", bundle, read_bundle(bundle).sha256, threads=1)
    boxes = []
    for sight in ("plain", "mirrored"):
        (look,) = look_at_scans([(place, "00.tiff")], how, sight=sight)
        assert isinstance(look, Look)
        assert look.result is not None
        boxes.append(look.result.detections[0].box)
        assert look.sha256 == hash_file(place)
    assert boxes[0] == pytest.approx(boxes[1], abs=1)
    assert boxes[0] == pytest.approx(BOX, abs=1)


@pytest.mark.usefixtures("runtimes")
def test_the_command_prints_what_was_queued(tmp_path, bundle, capsys):
    pool = write_pool(tmp_path / "pool", [0.3, 0.6])
    app = typer.Typer()
    app.command()(mine)
    words = [pool, "--out", tmp_path / "out", "--bundle", bundle, "--budget", 1]
    words += ["--allow-unsigned", "--json", "--to", "cvat"]
    app([str(word) for word in words], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert (told["looked"], told["queued"], told["signed_by"]) == (2, 1, None)
    assert told["tools"] == [str(tmp_path / "out" / "cvat.xml")]
