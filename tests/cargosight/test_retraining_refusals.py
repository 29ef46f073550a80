"""Tests of `cargosight retrain`: what is refused before anything is trained."""

import shutil
from pathlib import Path

import pytest

from benchmark.suite.making import RealSource, make_real_suite
from cargosight.retraining.fitting import Fitter
from data.dataset import hash_file, read_dataset
from data.errors import (
    BundleError,
    DatasetError,
    SuiteError,
    TrainingError,
)
from detector.bundle import read_bundle, write_files
from tests.cargosight.retrainings import (
    prepare,
    refuse,
    retrain,
    stop,
    write_scans,
)
from tests.cargosight.test_benchmark_cli import make_suite


@pytest.fixture(scope="module", autouse=True)
def networks(given_networks):
    """All networks are given here, and not learned."""
    return given_networks


@pytest.mark.parametrize("split", ["train", "validation"])
def test_a_suite_with_a_scan_that_is_learned_from_is_refused(asked, tmp_path, split):
    make_real_suite(
        RealSource(asked.dataset, split), tmp_path / "leak", name="leak", title="t"
    )
    line = refuse(
        asked, tmp_path / "out", SuiteError, suites=(*asked.suites, tmp_path / "leak")
    )
    assert "000000.tiff of the suite leak" in line
    number = SPLIT_FIRST[split]
    assert f"is dual-{number} of the {split.replace('train', 'training')} part" in line


SPLIT_FIRST = {"train": 0, "validation": 3}


def test_a_leak_is_found_whatever_file_holds_the_scan(tmp_path):
    asked = prepare(tmp_path / "in", kinds=("dual", "display"))
    shown = write_scans(tmp_path / "shown", ("display",))
    leak = tmp_path / "leak"
    suite = make_real_suite(RealSource(shown, "train"), leak, name="leak", title="t")
    files = {sample.sha256 for sample in read_dataset(shown).samples}
    assert not files & {sha for scan in suite.scans for sha in scan.files.values()}
    line = refuse(
        asked,
        tmp_path / "out",
        SuiteError,
        dataset=shown,
        suites=(leak,),
        calibrations=(),
    )
    assert "000000.tiff of the suite leak" in line
    assert "is display-0 of the training part" in line


def test_replayed_scans_and_those_of_the_champion_are_no_test_either(asked, tmp_path):
    old = write_scans(tmp_path / "old", seed=3)
    leak = tmp_path / "leak"
    suite = make_real_suite(RealSource(old, "train"), leak, name="leak", title="t")
    line = refuse(asked, tmp_path / "out", SuiteError, suites=(leak,), replay=old)
    assert "replayed dataset" in line
    champion = read_bundle(asked.champion)
    seen = suite.scans[0].files[suite.scans[0].scan][:16] + "\n"
    write_files(champion.manifest, asked.champion, {"seen.txt": seen.encode()})
    line = refuse(asked, tmp_path / "out", SuiteError, suites=(leak,))
    assert "champion has learned from 000000.tiff" in line


def test_a_suite_is_known_again_by_the_files_that_it_was_sealed_from(tmp_path):
    asked = prepare(tmp_path / "in", kinds=("dual", "display"))
    shown = write_scans(tmp_path / "shown", ("display",))
    leak = tmp_path / "leak"
    make_real_suite(RealSource(shown, "train"), leak, name="leak", title="t")
    champion = read_bundle(asked.champion)
    seen = hash_file(shown / "display" / "display-0.png")[:16] + "\n"
    write_files(champion.manifest, asked.champion, {"seen.txt": seen.encode()})
    out = tmp_path / "out"
    changes = {"suites": (*asked.suites, leak), "calibrations": ()}
    line = refuse(asked, out, SuiteError, **changes)
    assert "champion has learned from 000000.tiff" in line
    other = tmp_path / "other"
    make_real_suite(RealSource(shown, "validation"), other, name="other", title="t")
    changes = {"replay": shown, "suites": (other,), "calibrations": ()}
    line = refuse(asked, out, SuiteError, **changes)
    assert "is display-3 of the validation part of the replayed dataset" in line


def test_scans_that_are_held_out_and_learned_from_are_refused(asked, tmp_path):
    out = tmp_path / "out"
    held = asked.dataset / "dual" / "dual-4.tiff"
    old = write_scans(tmp_path / "old", seed=3)
    shutil.copy(held, old / "dual" / "dual-0.tiff")
    line = refuse(asked, out, TrainingError, replay=old)
    assert "dual-4 is held out, but it is in another part" in line
    champion = read_bundle(asked.champion)
    seen = hash_file(held)[:16] + "\n"
    write_files(champion.manifest, asked.champion, {"seen.txt": seen.encode()})
    line = refuse(asked, out, TrainingError)
    assert f"dual-4 is held out, but {asked.champion} has learned from it" in line


def test_a_suite_whose_seal_is_broken_is_refused(asked, tmp_path):
    (asked.suites[0] / "scans" / "0.truth.json").write_text("{}")
    line = refuse(asked, tmp_path / "out", SuiteError)
    assert "not as it was sealed" in line


def test_suites_that_cannot_decide_are_refused(asked, tmp_path):
    out = tmp_path / "out"
    (test,), (calibration,) = asked.suites, asked.calibrations
    assert "--suite" in refuse(asked, out, SuiteError, suites=())
    assert "twice" in refuse(asked, out, SuiteError, suites=(test, test))
    line = refuse(asked, out, SuiteError, suites=(test, calibration))
    assert "calibration suite" in line
    line = refuse(asked, out, SuiteError, calibrations=(test,))
    assert "--calibration takes calibration suites" in line
    more = make_suite(tmp_path / "more", 0, 4, name="d", role="calibration")
    line = refuse(asked, out, SuiteError, calibrations=(calibration, more))
    assert "second calibration suite" in line
    shown = write_scans(tmp_path / "shown", ("display",))
    make_real_suite(RealSource(shown), tmp_path / "s", name="shown", title="t")
    line = refuse(asked, out, SuiteError, suites=(tmp_path / "s",))
    assert "no graph for them" in line


def test_datasets_that_nothing_is_learned_from_are_refused(asked, tmp_path):
    out = tmp_path / "out"
    held = write_scans(tmp_path / "held", splits=("held-out",) * 3)
    assert "no scans to train on" in refuse(asked, out, DatasetError, dataset=held)
    shown = write_scans(tmp_path / "shown", ("display",))
    line = refuse(asked, out, TrainingError, dataset=shown)
    assert "no graph for display scans" in line
    blind = write_scans(tmp_path / "blind", splits=("train",) * 3)
    line = refuse(asked, out, TrainingError, dataset=blind)
    assert "to validate on" in line


def test_champions_that_cannot_be_trained_on_are_refused(asked, tmp_path):
    out = tmp_path / "out"
    assert refuse(asked, out, BundleError, champion=tmp_path / "none")
    bundle = read_bundle(asked.champion)
    entry = bundle.manifest.graphs["dual"]
    halves = entry.model_copy(update={"precision": "fp16"})
    changed = bundle.manifest.model_copy(update={"graphs": {"dual": halves}})
    write_files(changed, asked.champion, {})
    assert "fp16" in refuse(asked, out, TrainingError)


def test_settings_that_a_retraining_makes_itself_are_refused(asked, tmp_path):
    out = tmp_path / "out"
    assert asked.config is not None
    asked.config.write_text('base = "yolo26n.yaml"\nencoding = "dual"\n')
    line = refuse(asked, out, TrainingError)
    assert "states base, encoding" in line
    line = refuse(asked, out, TrainingError, config=None, replay_share=0.2)
    assert "--replay" in line


@pytest.fixture
def surveyed(tmp_path, monkeypatch):
    """What was asked of a retraining with both kinds of scans that has not trained."""
    asked = prepare(tmp_path, kinds=("dual", "display"))
    shutil.rmtree(asked.dataset)
    write_scans(asked.dataset, ("dual", "display"))
    with monkeypatch.context() as patch:
        patch.setattr(Fitter, "fit", stop)
        with pytest.raises(KeyboardInterrupt):
            retrain(asked, tmp_path / "out")
    return asked


def test_it_goes_on_where_the_dataset_is_named_in_other_words(
    surveyed, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    monkeypatch.chdir(tmp_path)
    retrain(surveyed, out, dataset=Path("dataset"))
    for kind in ("dual", "display"):
        part = read_dataset(out / "parts" / kind)
        assert {s.scan.name.split("-")[0] for s in part.samples} == {kind}


def test_it_does_not_go_on_with_a_dataset_that_was_moved(surveyed, tmp_path):
    moved = shutil.move(surveyed.dataset, tmp_path / "elsewhere")
    line = refuse(surveyed, tmp_path / "out", DatasetError, dataset=Path(moved))
    assert "Put the dataset back" in line
