"""One retraining from end to end, killed in the middle of its training."""

import shutil
import signal

from cargosight.retraining.flow import retrain_champion
from cargosight.sealing import SealWish, seal_bundle
from data.simulated_dataset import write_simulated_dataset
from data.simulation import Recipe
from detector.bundle import read_bundle, write_files
from detector.trust.keys import make_keys
from tests.cargosight.retrainings import RULES, ask_for, run_python
from tests.cargosight.test_benchmark_cli import make_suite

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


def make_mirrored(bundle, place):
    """A bundle whose graph is said to look twice: the next one shall."""
    shutil.copytree(bundle, place)
    manifest = read_bundle(place).manifest
    entry = manifest.graphs["dual"].model_copy(update={"mirrored": True})
    write_files(manifest.model_copy(update={"graphs": {"dual": entry}}), place, {})
    return place


def test_from_end_to_end_killed_in_the_middle_of_the_training(small, tmp_path):
    recipe = Recipe(length_m=2.0, firearms=1)
    write_simulated_dataset(tmp_path / "dataset", scans=6, seed=4, recipe=recipe)
    make_suite(tmp_path / "one", 3, 2, name="one")
    make_suite(tmp_path / "calibration", 0, 4, name="c", role="calibration")
    (tmp_path / "rules.toml").write_text(RULES.replace("0.1", "1.0"))
    (tmp_path / "config.toml").write_text(SETTINGS)
    place = make_mirrored(small.bundle, tmp_path / "champion")
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
