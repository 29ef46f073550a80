"""Tests of which bundle a site uses."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from cargosight.detecting import DetectOptions, detect_scans
from data.errors import BundleError, TrustError
from data.formats import write_scan
from detector import switching
from detector.bundle import read_bundle
from detector.switching import (
    Trust,
    go_back,
    open_current,
    read_changes,
    read_current,
    use_bundle,
)
from detector.trust import read_pinned
from detector.trust.keys import make_keys
from detector.trust.signing import sign_folder
from tests.detector.graphs import make_bundle
from tests.detector.seeing import THING, make_counts, make_steady_graph


@pytest.fixture
def trust(tmp_path):
    """The rules of a station that pins one key, which lies beside it."""
    make_keys(tmp_path / "port")
    (tmp_path / "trust").mkdir()
    shutil.copy(tmp_path / "port.pem", tmp_path / "trust")
    return Trust(tmp_path / "trust")


@pytest.fixture
def site(tmp_path):
    """Folder of a site that uses nothing yet."""
    return tmp_path / "site"


def make_signed(root, counter):
    """A bundle ready for service; gives back its folder."""
    folder = root / f"bundle-{counter}"
    make_bundle(
        folder,
        {"dual": make_steady_graph()},
        status="signed",
        not_after=datetime.now(UTC) + timedelta(days=1),
        counter=counter,
    )
    sign_folder(folder, root / "port.key")
    return folder


def read_history(site):
    return [
        json.loads(line) for line in (site / "history.jsonl").read_text().splitlines()
    ]


def accepted(trust):
    """The highest counter that was accepted."""
    place = trust.folder / "accepted.json"
    if not place.exists():
        return None
    (counters,) = json.loads(place.read_text())["counters"].values()
    return max(counters.values())


def test_a_verified_bundle_is_used_and_the_history_says_so(tmp_path, trust, site):
    first, second = (make_signed(tmp_path, number) for number in (3, 4))
    found = use_bundle(first, site, trust=trust)
    assert found.bundle.sha256 == read_bundle(first).sha256
    assert found.bundle.path == str(first.resolve())
    assert found.bundle.signed_by is not None
    use_bundle(second, site, trust=trust)
    current = read_current(site)
    assert (current.bundle.counter, [b.counter for b in current.before]) == (4, [3])
    lines = read_history(site)
    assert [(one["number"], one["action"]) for one in lines] == [(1, "use"), (2, "use")]
    assert lines[1]["left"]["counter"] == 3
    assert sorted(path.name for path in site.iterdir()) == [
        "current.json",
        "history.jsonl",
    ]


def test_the_same_bundle_again_changes_nothing(tmp_path, trust, site):
    bundle = make_signed(tmp_path, 3)
    first = use_bundle(bundle, site, trust=trust)
    assert use_bundle(bundle, site, trust=trust) == first
    assert len(read_history(site)) == 1


def test_what_may_not_run_is_not_used(tmp_path, trust, site):
    good = make_signed(tmp_path, 5)
    use_bundle(good, site, trust=trust)
    open_current(site, pinned=read_pinned(trust.folder))
    before = (site / "current.json").read_bytes()
    make_bundle(tmp_path / "unsigned")
    changed = shutil.copytree(make_signed(tmp_path, 6), tmp_path / "changed")
    (changed / "manifest.json").write_bytes(
        (changed / "manifest.json").read_bytes() + b" "
    )
    for bundle in (tmp_path / "unsigned", changed, make_signed(tmp_path, 4)):
        with pytest.raises(BundleError) as met:
            use_bundle(bundle, site, trust=trust)
        assert "\n" not in str(met.value)
    assert (site / "current.json").read_bytes() == before
    assert len(read_history(site)) == 1


def test_an_unsigned_bundle_is_used_only_if_said_so_each_time(tmp_path, trust, site):
    make_bundle(tmp_path / "unsigned")
    lax = Trust(trust.folder, allow_unsigned=True)
    assert use_bundle(tmp_path / "unsigned", site, trust=lax).bundle.signed_by is None
    with pytest.raises(TrustError):
        open_current(site, pinned=trust.read())
    opened = open_current(site, pinned=trust.read(), allow_unsigned=True)
    assert opened.signed_by is None


def test_the_history_of_unsigned_bundles_is_read_back_line_by_line(tmp_path, site):
    assert read_changes(site) == ()
    for name in ("one", "two", "one"):
        make_bundle(tmp_path / name, {"dual": make_steady_graph()}, name=name)
        use_bundle(tmp_path / name, site, trust=Trust(None, allow_unsigned=True))
    changes = read_changes(site)
    assert [(one.number, one.bundle.name) for one in changes] == [
        (1, "one"),
        (2, "two"),
        (3, "one"),
    ]
    assert changes[1].left == changes[0].bundle
    assert changes[0].bundle.signed_by is None
    assert len(read_history(site)) == 3


def test_back_leads_to_the_one_before_and_then_to_the_one_before_that(
    tmp_path, trust, site
):
    for number in (3, 4, 5):
        use_bundle(make_signed(tmp_path, number), site, trust=trust)
    assert go_back(site, trust=trust).bundle.counter == 4
    assert go_back(site, trust=trust).bundle.counter == 3
    with pytest.raises(BundleError, match="in use before"):
        go_back(site, trust=trust)
    assert [one["action"] for one in read_history(site)] == ["use"] * 3 + ["back"] * 2


def test_a_deliberate_roll_back_goes_behind_the_accepted_counter(tmp_path, trust, site):
    for number in (3, 4):
        use_bundle(make_signed(tmp_path, number), site, trust=trust)
        open_current(site, pinned=trust.read())  # as detect does
    assert accepted(trust) == 4
    with pytest.raises(TrustError, match="older"):
        use_bundle(tmp_path / "bundle-3", site, trust=trust)
    found = go_back(site, trust=trust)
    assert (found.change.action, found.change.counter_before) == ("back", 4)
    assert read_history(site)[-1]["counter_before"] == 4
    assert accepted(trust) == 3
    assert open_current(site, pinned=trust.read()).manifest.counter == 3
    use_bundle(tmp_path / "bundle-4", site, trust=trust)  # forward again
    assert open_current(site, pinned=trust.read()).manifest.counter == 4


def test_only_the_counter_is_forgiven_on_the_way_back(tmp_path, trust, site):
    old = make_signed(tmp_path, 3)
    use_bundle(old, site, trust=trust)
    use_bundle(make_signed(tmp_path, 4), site, trust=trust)
    (old / "model.sig").unlink()
    with pytest.raises(TrustError, match="not signed"):
        go_back(site, trust=trust)
    shutil.rmtree(old)
    make_keys(tmp_path / "stranger")
    make_bundle(old, status="signed", not_after=datetime(2100, 1, 1, tzinfo=UTC))
    sign_folder(old, tmp_path / "stranger.key")
    with pytest.raises(BundleError):
        go_back(site, trust=trust)
    assert read_current(site).bundle.counter == 4


def test_a_bundle_that_was_swapped_for_another_is_not_run(tmp_path, trust, site):
    place = make_signed(tmp_path, 3)
    use_bundle(place, site, trust=trust)
    shutil.rmtree(place)
    shutil.move(make_signed(tmp_path, 4), place)
    with pytest.raises(BundleError, match="not the bundle that was put in use"):
        open_current(site, pinned=trust.read())
    assert accepted(trust) is None  # what is not run forbids nothing


def test_detect_runs_what_is_in_use(tmp_path, trust, site):
    use_bundle(make_signed(tmp_path, 3), site, trust=trust)
    scan = tmp_path / "scans" / "a.tiff"
    write_scan(make_counts((32, 32), [THING]), scan)
    options = DetectOptions(site=site, trust=trust.folder, pitch_mm=4.0, threads=1)
    summary = detect_scans([scan], tmp_path / "o", options, progress=lambda *_: None)
    assert summary.bundle.manifest.counter == 3
    assert summary.as_dict()["alarms"] == 1
    both = DetectOptions(site=site, bundle=tmp_path, trust=trust.folder)
    with pytest.raises(BundleError, match="either"):
        detect_scans([scan], tmp_path / "o", both, progress=lambda *_: None)


@pytest.mark.parametrize("site_text", [None, "{}", "nonsense"])
def test_a_site_without_a_pointer_is_one_line(site, trust, site_text):
    if site_text is not None:
        site.mkdir()
        (site / "current.json").write_text(site_text)
    for ask in (
        lambda: read_current(site),
        lambda: go_back(site, trust=trust),
        lambda: open_current(site, pinned=None),
    ):
        with pytest.raises(BundleError) as met:
            ask()
        assert "\n" not in str(met.value)


def test_a_change_that_was_cut_off_before_its_line_is_told_with_the_next(
    tmp_path, trust, site, monkeypatch
):
    use_bundle(make_signed(tmp_path, 3), site, trust=trust)
    with monkeypatch.context() as patch:
        patch.setattr(switching, "_keep_history", lambda *_: None)
        use_bundle(make_signed(tmp_path, 4), site, trust=trust)
    with (site / "history.jsonl").open("a") as stream:
        stream.write('{"number": 2, "act')  # torn by a power cut
    use_bundle(make_signed(tmp_path, 5), site, trust=trust)
    lines = (site / "history.jsonl").read_text().splitlines()
    whole = [line for line in lines if line.endswith("}")]
    assert [json.loads(line)["number"] for line in whole] == [1, 2, 3]


@pytest.fixture
def damaged(tmp_path, trust, site):
    """A site that used three bundles, whose pointer was damaged and removed."""
    for number in (3, 4, 5):
        use_bundle(make_signed(tmp_path, number), site, trust=trust)
    (site / "current.json").write_text("nonsense")
    with pytest.raises(BundleError, match="Remove it"):
        use_bundle(tmp_path / "bundle-5", site, trust=trust)
    (site / "current.json").unlink()
    return site


def numbers(site):
    return [one["number"] for one in read_history(site)]


def test_numbers_go_on_where_the_pointer_was_removed(tmp_path, trust, damaged):
    found = use_bundle(make_signed(tmp_path, 6), damaged, trust=trust)
    assert (found.change.number, numbers(damaged)) == (4, [1, 2, 3, 4])
    assert [one.counter for one in found.before] == [3, 4, 5]
    assert go_back(damaged, trust=trust).bundle.counter == 5
    use_bundle(tmp_path / "bundle-6", damaged, trust=trust)
    assert numbers(damaged) == [1, 2, 3, 4, 5, 6]


def test_the_same_bundle_is_used_again_where_the_pointer_was_removed(
    tmp_path, trust, damaged
):
    use_bundle(tmp_path / "bundle-5", damaged, trust=trust)
    assert read_current(damaged).bundle.counter == 5
    assert numbers(damaged) == [1, 2, 3]
    assert go_back(damaged, trust=trust).bundle.counter == 4
    (damaged / "current.json").unlink()
    use_bundle(tmp_path / "bundle-5", damaged, trust=trust)
    assert go_back(damaged, trust=trust).bundle.counter == 4
    assert go_back(damaged, trust=trust).bundle.counter == 3
    with pytest.raises(BundleError, match="in use before"):
        go_back(damaged, trust=trust)


def test_a_change_with_the_number_of_another_is_told_too(tmp_path, trust, site):
    use_bundle(make_signed(tmp_path, 3), site, trust=trust)
    shutil.move(site / "history.jsonl", tmp_path / "old")
    (site / "current.json").unlink()
    use_bundle(make_signed(tmp_path, 4), site, trust=trust)
    shutil.move(tmp_path / "old", site / "history.jsonl")
    use_bundle(make_signed(tmp_path, 5), site, trust=trust)
    met = [(one["number"], one["bundle"]["counter"]) for one in read_history(site)]
    assert met == [(1, 3), (1, 4), (2, 5)]


def test_a_switch_that_cannot_be_written_leaves_the_old_one(
    tmp_path, trust, site, monkeypatch
):
    use_bundle(make_signed(tmp_path, 3), site, trust=trust)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("detector.switching.os.fsync", fail)
    with pytest.raises(BundleError, match="No space left"):
        use_bundle(make_signed(tmp_path, 4), site, trust=trust)
    assert read_current(site).bundle.counter == 3
