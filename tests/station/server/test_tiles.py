"""Tiles and geometry over HTTP."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from data.formats import write_scan
from data.scan import take_columns
from station.accounts.roles import Role
from station.records import new_id
from station.records.moment import now
from station.records.tables import Inspection, ScanRow, SupervisedTest
from station.spool import begin_scan
from station.supervised.lag import ALL, LAG, write_taken
from station.supervised.patch import cut_patch, write_patch
from tests.station.tiles.scans import make_begin, make_scan, transmit


@pytest.fixture
def scan():
    return make_scan(width=700, height=70)


@pytest.fixture
def operator(client_as):
    return client_as(Role.OPERATOR)


@pytest.fixture
def writer(station, scan):
    made = begin_scan(station.data, make_begin(scan))
    yield made
    made.close()


def register(station, writer, **known):
    """Put the scan into the records."""
    begin = writer.begin
    inspection = Inspection(id=new_id(), lane=begin.lane, began=begin.began)
    row = ScanRow(
        id=begin.id,
        inspection=inspection,
        lane=begin.lane,
        key=begin.key,
        folder=writer.folder.relative_to(station.data.root).as_posix(),
        kind=begin.kind,
        height=begin.rows,
        info=begin.info.model_dump(mode="json"),
        began=begin.began,
    )
    for name, value in known.items():
        setattr(row, name, value)
    with station.database.changing() as session:
        session.add(row)


def store(station, writer, scan, **known):
    """Have a scan looked at, to its end."""
    writer.push(scan)
    write_scan(scan, writer.folder / "scan.tiff")
    register(station, writer, stored="scan.tiff", width=scan.size[0], **known)


def change(station, writer, **known):
    with station.database.changing() as session:
        row = session.get_one(ScanRow, writer.begin.id)
        for name, value in known.items():
            setattr(row, name, value)


def get(client, writer, place, plane="high", **more):
    return client.get(f"/api/scans/{writer.begin.id}/tiles/{plane}/{place}", **more)


def geometry(client, writer):
    answer = client.get(f"/api/scans/{writer.begin.id}/geometry")
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(answer):
    assert answer.status_code == 200, answer.text
    size = [int(answer.headers[f"X-Tile-{side}"]) for side in ("Height", "Width")]
    return np.frombuffer(answer.content, "<u2").reshape(size)


def make_patch(scan):
    high = scan.high.copy()
    high[10:20, 20:40] = 300
    return cut_patch(scan, replace(scan, high=high), 0, thing="x", box=(20, 10, 40, 20))


def test_a_scan_is_seen_while_it_comes_in(station, writer, scan, operator):
    writer.push(take_columns(scan, 0, 300))
    said = geometry(operator, writer)  # nobody looks at it yet: not in the records
    assert (said["width"], said["height"], said["complete"]) == (300, 70, False)
    assert said["version"] is None
    tile = get(operator, writer, "0/1/0")
    assert_array_equal(numbers(tile), transmit(scan)[:, 256:300])
    assert tile.headers["Cache-Control"] == "private, no-cache"
    register(station, writer)
    writer.push(take_columns(scan, 300, 700))
    assert geometry(operator, writer)["width"] == 700
    assert_array_equal(numbers(get(operator, writer, "0/2/0")), transmit(scan)[:, 512:])


def test_a_tile_that_is_full_stays_as_it_is_and_others_do_not(writer, scan, operator):
    writer.push(take_columns(scan, 0, 300))
    full, part = (get(operator, writer, place).headers["ETag"] for place in _PLACES)
    writer.push(take_columns(scan, 300, 700))
    again = [
        get(operator, writer, place, headers={"If-None-Match": tag}).status_code
        for place, tag in zip(_PLACES, (full, part), strict=True)
    ]
    assert again == [304, 200]


_PLACES = ("0/0/0", "0/1/0")


def test_a_stored_scan_can_be_kept_for_ever_by_its_version(
    station, writer, scan, operator
):
    store(station, writer, scan, findings={"opaque_regions": [[1, 2, 3, 4]]})
    said = geometry(operator, writer)
    assert said["complete"]
    assert said["opaque_regions"] == [[1, 2, 3, 4]]
    assert [plane["name"] for plane in said["planes"]] == [
        "high",
        "low",
        "attenuation",
        "material",
        "opaque",
    ]
    assert said["info"]["pitch_mm"] == [4.0, 4.0]
    kept = get(operator, writer, "0/0/0", params={"version": said["version"]})
    assert "immutable" in kept.headers["Cache-Control"]
    assert_array_equal(numbers(kept), transmit(scan)[:, :256])
    for params in ({}, {"version": "other"}):
        answer = get(operator, writer, "0/0/0", params=params)
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert numbers(get(operator, writer, "3/0/0", "attenuation")).shape == (9, 88)


@pytest.mark.parametrize(
    ("kind", "planes"),
    [
        ("dual", ["attenuation", "material", "opaque"]),
        ("single", ["attenuation", "opaque"]),
        ("display", ["red", "green", "blue"]),
    ],
)
def test_a_view_holds_all_planes_that_a_page_draws(station, operator, kind, planes):
    scan = make_scan(kind, width=300)
    writer = begin_scan(station.data, make_begin(scan))
    writer.push(scan)
    view = get(operator, writer, "0/1/0", "view")
    assert view.headers["X-Tile-Planes"] == ",".join(planes)
    apart = [get(operator, writer, "0/1/0", name) for name in planes]
    assert view.content == b"".join(one.content for one in apart)
    for one in apart:
        assert one.headers["X-Tile-Width"] == view.headers["X-Tile-Width"] == "44"
        assert one.headers["X-Tile-Height"] == view.headers["X-Tile-Height"] == "70"
        assert one.headers["ETag"] != view.headers["ETag"]
    known = {"If-None-Match": view.headers["ETag"]}
    again = get(operator, writer, "0/1/0", "view", headers=known)
    assert again.status_code == 304
    assert again.headers["X-Tile-Planes"] == view.headers["X-Tile-Planes"]
    writer.close()


def test_a_test_scan_is_shown_until_it_was_told(station, writer, scan, operator):
    patch = make_patch(scan)
    write_patch(patch, writer.folder)
    store(station, writer, scan)
    test = SupervisedTest(
        id=new_id(), scan_id=writer.begin.id, thing="x", made=now(), **_BOX
    )
    with station.database.changing() as session:
        session.add(test)
    before, shown = geometry(operator, writer), get(operator, writer, "0/0/0")
    assert_array_equal(numbers(shown), transmit(patch.apply(scan, 0))[:, :256])
    with station.database.changing() as session:
        session.get_one(SupervisedTest, test.id).told = now()
    headers = {"If-None-Match": shown.headers["ETag"]}
    version = {"version": before["version"]}
    real = get(operator, writer, "0/0/0", headers=headers, params=version)
    assert_array_equal(numbers(real), transmit(scan)[:, :256])
    assert "immutable" not in real.headers["Cache-Control"]
    assert geometry(operator, writer)["version"] != before["version"]


_BOX = {"x0": 20, "y0": 10, "x1": 40, "y1": 20}


def test_nothing_but_its_picture_tells_a_test_scan(station, writer, scan, operator):
    store(station, writer, scan)
    plain, tile = geometry(operator, writer), get(operator, writer, "0/0/0")
    other = begin_scan(station.data, make_begin(scan, key="other"))
    write_patch(make_patch(scan), other.folder)
    store(station, other, scan)
    tested, shown = geometry(operator, other), get(operator, other, "0/0/0")
    differ = {name for name in plain if plain[name] != tested[name]}
    assert differ == {"scan", "version"}
    assert set(tile.headers) == set(shown.headers)
    assert len(tile.headers["ETag"]) == len(shown.headers["ETag"])
    other.close()


@pytest.mark.parametrize("rate", [0.5])
def test_where_there_are_test_scans_no_scan_shows_its_last_columns(
    station, writer, operator
):
    scan = make_scan(width=LAG + 300, height=70)
    write_patch(make_patch(scan), writer.folder)
    writer.push(scan)
    write_taken(writer.folder, ALL)
    assert geometry(operator, writer)["width"] == 300
    assert get(operator, writer, "0/1/0").headers["X-Tile-Width"] == "44"
    assert get(operator, writer, "0/2/0").status_code == 404
    write_scan(scan, writer.folder / "scan.tiff")
    register(station, writer, stored="scan.tiff", width=LAG + 300)
    assert geometry(operator, writer)["width"] == LAG + 300


def test_what_is_not_there_is_said_to_be_so(station, writer, scan, operator):
    assert get(operator, writer, "0/0/0").status_code == 404  # no column yet
    store(station, writer, scan)
    for plane, place in [("red", "0/0/0"), ("high", "0/3/0"), ("high", "7/1/0")]:
        answer = get(operator, writer, place, plane)
        assert answer.status_code == 404
        assert list(answer.json()) == ["detail", "code", "facts"]
    for plane, place in [("blurred", "0/0/0"), ("high", "8/0/0"), ("high", "0/-1/0")]:
        assert get(operator, writer, place, plane).status_code == 422
    nobody = f"/api/scans/{'0' * 32}/geometry"
    assert operator.get(nobody).status_code == 404


def test_a_picture_that_was_removed_or_lost_is_not_found(
    station, writer, scan, operator
):
    store(station, writer, scan)
    (writer.folder / "scan.tiff").unlink()
    assert get(operator, writer, "0/0/0").status_code == 404
    change(station, writer, removed=now(), stored=None)
    answer = operator.get(f"/api/scans/{writer.begin.id}/geometry")
    assert answer.status_code == 404
    assert "removed" in answer.json()["detail"]
