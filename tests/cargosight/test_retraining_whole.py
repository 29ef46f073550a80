"""One retraining from end to end, killed in the middle of its training."""

import json
import shutil
import signal

import pytest
import torch

from cargosight.retraining import fitting
from cargosight.retraining.flow import retrain_champion
from cargosight.sealing import SealWish, seal_bundle
from data.errors import TrainingError
from data.simulated_dataset import write_simulated_dataset
from data.simulation import Recipe
from detector.bundle import read_bundle, write_files
from detector.run import CHECKPOINT, read_run
from detector.trust.keys import make_keys
from export.bundling import export_bundle
from tests.cargosight.retrainings import (
    RULES,
    ask_for,
    prepare,
    read_calls,
    replace_learning,
    run_python,
    stop,
)
from tests.cargosight.test_benchmark_cli import make_suite
from tests.export.test_refining import give_refiner
from training.network import read_network

KILLED_WHILE_TRAINING = """
import os, signal, sys
from pathlib import Path
from cargosight.retraining.flow import retrain_champion
from tests.cargosight.retrainings import ask_for

def progress(what, done, count):
    if what == "training" and done == 3:  # of four steps: in the second epoch
        os.kill(os.getpid(), signal.SIGKILL)

root, champion = map(Path, sys.argv[1:])
asked = ask_for(root, champion=champion, pfa=0.5)
retrain_champion(asked, root / "out", progress=progress)
"""

SETTINGS = """
epochs = 2
steps = 4
batch = 2
workers = 0
still_epochs = 1
tracking = "none"
projection.share = 0.0
"""


def change_graph(bundle, place, **changes):
    """A copy of a bundle whose graph is said to be otherwise."""
    shutil.copytree(bundle, place)
    manifest = read_bundle(place).manifest
    entry = manifest.graphs["dual"].model_copy(update=changes)
    write_files(manifest.model_copy(update={"graphs": {"dual": entry}}), place, {})
    return place


def prepare_scans(tmp_path):
    recipe = Recipe(length_m=2.0, firearms=1)
    write_simulated_dataset(tmp_path / "dataset", scans=6, seed=4, recipe=recipe)
    make_suite(tmp_path / "one", 3, 2, name="one")
    make_suite(tmp_path / "calibration", 0, 4, name="c", role="calibration")
    (tmp_path / "rules.toml").write_text(RULES.replace("0.1", "1.0"))
    (tmp_path / "config.toml").write_text(SETTINGS)


def test_from_end_to_end_killed_in_the_middle_of_the_training(small, tmp_path):
    prepare_scans(tmp_path)
    place = change_graph(small.bundle, tmp_path / "champion", mirrored=True)
    done = run_python("-c", KILLED_WHILE_TRAINING, tmp_path, place)
    assert done.returncode == -signal.SIGKILL, done.stderr
    out = tmp_path / "out"
    assert (out / "runs" / "dual" / "state.pt").exists()
    found = retrain_champion(
        ask_for(tmp_path, champion=place, pfa=0.5), out, progress=lambda *_: None
    )
    assert found.record.passed
    champion, candidate = read_bundle(place), read_bundle(out / "candidate")
    ours, theirs = (b.manifest.graphs["dual"] for b in (candidate, champion))
    assert ours.sha256 != theirs.sha256
    assert (ours.scale, ours.tile_side) == (theirs.scale, theirs.tile_side)
    assert ours.base.sha256 == theirs.sha256
    assert ours.mirrored
    assert ours.operating_points[0].calibrated
    page = (out / "report.html").read_text()
    assert "PASSED" in page
    assert "http" not in page.replace("http-equiv", "")
    make_keys(tmp_path / "port")
    wish = SealWish(tmp_path / "port.key", verdict=out / "candidate.json")
    assert seal_bundle(out / "candidate", wish).manifest.verdict is not None


def test_where_the_champion_has_a_refiner_it_learns_after_the_detector(small, tmp_path):
    prepare_scans(tmp_path)
    (tmp_path / "config.toml").write_text(SETTINGS + "silhouettes = 1.0\n")
    champion = tmp_path / "champion"
    run = give_refiner(small.run, tmp_path / "run")
    export_bundle([run], champion, progress=lambda *_: None)
    out, asked = tmp_path / "out", ask_for(tmp_path, champion=champion, pfa=0.5)
    retrain_champion(asked, out, progress=lambda *_: None)
    detector, both = out / "runs" / "dual-detector", out / "runs" / "dual"
    before, then, last = (
        read_network(each / CHECKPOINT).state_dict() for each in (run, detector, both)
    )
    assert find_changed(before, then) == {"model"}
    assert find_changed(then, last) == {"refiner"}
    assert read_bundle(out / "candidate").manifest.graphs["dual"].refined
    card = (out / "candidate" / "card.md").read_text()
    assert "checkpoint.pt" not in card
    assert read_run(both).base_sha256 == read_run(detector).base_sha256
    seen = [(each / "seen.txt").read_text().splitlines() for each in (detector, both)]
    assert set(seen[0]) <= set(seen[1])


@pytest.fixture
def refined(tmp_path, monkeypatch):
    """What is asked, of a champion that is said to have a refiner; nothing learns."""
    replace_learning(monkeypatch.setattr)
    asked = prepare(tmp_path)
    shutil.move(asked.champion, tmp_path / "plain")
    change_graph(tmp_path / "plain", asked.champion, refined=True)
    return asked


def read_refine(out):
    """Of each run of a retraining, whether its refiner learned."""
    return {
        run.name: json.loads((run / "config.json").read_text())["refine"]
        for run in (out / "runs").iterdir()
    }


@pytest.mark.parametrize(
    ("settings", "refine"),
    [
        ("", {"dual-detector": False, "dual": True}),
        ("refine = true\n", {"dual": True}),
        ("refine = false\n", {"dual": False}),
    ],
)
def test_what_of_a_refined_champion_learns_can_be_said(
    refined, tmp_path, settings, refine
):
    with (tmp_path / "config.toml").open("a") as stream:
        stream.write(settings)
    out = tmp_path / "out"
    retrain_champion(refined, out, progress=lambda *_: None)
    assert read_refine(out) == refine
    assert read_run(out / "runs" / "dual").base == str(refined.champion)
    page = (out / "report.html").read_text()
    assert page.count("dual graph</h3>") == page.count("Curves of") - any(
        refine.values()
    )
    assert page.count("its refiner</h3>") == any(refine.values())
    assert page.count("<bdi>the detector above</bdi>") == (len(refine) == 2)


def test_killed_between_detector_and_refiner_it_goes_on(refined, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(fitting, "let_refine_after", stop)
        with pytest.raises(KeyboardInterrupt):
            retrain_champion(refined, out, progress=lambda *_: None)
    assert read_refine(out) == {"dual-detector": False}
    weights = out / "runs" / "dual-detector" / CHECKPOINT
    kept = weights.read_bytes()
    weights.write_bytes(b"others")
    with pytest.raises(TrainingError, match="was changed since"):
        retrain_champion(refined, out, progress=lambda *_: None)
    weights.write_bytes(kept)
    retrain_champion(refined, out, progress=lambda *_: None)
    assert read_calls(out).count("train-dual") == 2


def find_changed(before, after):
    """Which parts of a network have other weights."""
    return {
        name.split(".")[0]
        for name in before
        if before[name].is_floating_point()
        and not torch.equal(before[name], after[name])
    }
