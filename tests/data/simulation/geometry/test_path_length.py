"""Lengths in closed bodies, judged by formulas and by a second way of counting."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from data.physics.materials import CARBON, IRON, STEEL
from data.simulation.geometry.meshes import (
    BOX,
    make_cylinder,
    make_ellipsoid,
    make_pillow,
)
from data.simulation.geometry.path_length import (
    Fan,
    project_solids,
    select_solids,
)
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import ALONG_X, turn_anyhow

FAN = Fan(60, 50, -150.0, 5.0, 130 / 3000, 5 / 3000, (20.0, -3000.0))
MESHES = {
    "box": BOX,
    "cylinder": make_cylinder(8),
    "ellipsoid": make_ellipsoid(4),
    "pillow": make_pillow(4),
}


def count_by_rays(mesh, linear, shift, fan):
    """z-length by Moeller and Trumbore's test of every ray with every triangle."""
    vertices = mesh.vertices @ linear.T + shift
    triangles = [
        vertices[face[list(i)]] for face in mesh.faces for i in ((0, 1, 2), (0, 2, 3))
    ]
    lengths = np.zeros((fan.height, fan.width))
    tangents = fan.tangents()
    x = fan.x0 + (np.arange(fan.width) + 0.5) * fan.pitch
    for a, b, c in triangles:
        e1, e2 = b - a, c - a
        for row, tangent in enumerate(tangents):
            ray = np.array([0.0, tangent, 1.0])
            p = np.cross(ray, e2)
            determinant = e1 @ p
            if abs(determinant) < 1e-12:
                continue
            origin = np.stack(
                [x, np.full_like(x, fan.source[0]), np.full_like(x, fan.source[1])], 1
            )
            t = origin - a
            u = t @ p / determinant
            q = np.cross(t, e1)
            v = q @ ray / determinant
            hit = (u >= 0) & (v >= 0) & (u + v < 1)
            z = q @ e2 / determinant
            lengths[row] += np.where(hit, -np.sign(determinant) * z, 0)
    return lengths * np.sqrt(1 + tangents[:, None] ** 2)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES)
def test_lengths_agree_with_testing_every_ray_with_every_triangle(mesh, seed):
    rng = np.random.default_rng(seed)
    size, centre = rng.uniform(40, 160, 3), rng.uniform(-40, 40, 3)
    turn = turn_anyhow(rng)
    solids = Solids()
    solids.add(mesh, size, centre, IRON, turn=turn)
    _, iron = project_solids(solids, FAN)
    expected = count_by_rays(mesh, turn * size, centre, FAN) * 0.787
    # A ray through an edge may count for either side of it.
    close = np.isclose(iron, expected, rtol=1e-4, atol=2e-2)
    assert close.mean() > 0.999
    assert expected.max() > 10


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES)
def test_a_skew_climbing_swaying_path_is_one_of_a_moved_body(mesh, seed):
    rng = np.random.default_rng(seed)
    sway = rng.uniform(-9, 9, FAN.width)
    fan = replace(FAN, skew=0.1, slope=-0.05, sway=sway)
    linear = turn_anyhow(rng) * rng.uniform(40, 160, 3)
    solids = Solids()
    solids.add(mesh, (1, 1, 1), (0, 0, 0), IRON, turn=linear)
    _, iron = project_solids(solids, fan)
    shear = np.array([[1, 0, 0.1], [-0.05, 1, -0.005], [0, 0, 1]])
    chosen, columns = range(4, FAN.width, 9), []
    for column in chosen:
        ray = FAN.window(column, 0, column + 1, FAN.height)
        up = np.array([0, sway[column], 0])
        columns.append(count_by_rays(mesh, shear @ linear, up, ray))
    expected = np.concatenate(columns, axis=1) * 0.787
    close = np.isclose(iron[:, chosen], expected, rtol=1e-4, atol=2e-2)
    assert close.mean() > 0.996


def test_a_box_face_on_is_as_long_as_it_is_deep():
    solids = Solids()
    solids.add(BOX, (100, 100, 80), (0, 20, 0), IRON)
    _, iron = project_solids(solids, FAN)
    slant = np.sqrt(1 + FAN.tangents()[22:27, None] ** 2)
    found = iron[22:27, 25:35] / slant
    np.testing.assert_allclose(found, 8 * 7.87, rtol=1e-5)


def test_a_ball_is_as_long_as_its_chords():
    solids = Solids()
    solids.add(make_ellipsoid(96), (200, 200, 200), (0, 20, 0), CARBON)
    carbon, _ = project_solids(solids, FAN)
    x = FAN.x0 + (np.arange(FAN.width) + 0.5) * FAN.pitch
    tangent = FAN.tangents()[:, None]
    # Squared distance of each ray from the centre, which lies 3000 mm along z.
    off = x**2 + (3000 * tangent) ** 2 / (1 + tangent**2)
    chord = 2 * np.sqrt(np.maximum(100**2 - off, 0)) / 10
    inner = off < 90**2
    np.testing.assert_allclose(carbon[inner], chord[inner], rtol=5e-3)
    assert (carbon[off > 100**2] == 0).all()


@given(integers(0, 10_000))
def test_no_ray_slips_between_the_faces_of_a_closed_body(seed):
    rng = np.random.default_rng(seed)
    solids = Solids()
    solids.add(
        make_ellipsoid(6),
        rng.uniform(20, 200, (3, 3)),
        rng.uniform(-60, 60, (3, 3)),
        IRON,
        turn=turn_anyhow(rng, 3),
    )
    _, iron = project_solids(solids, FAN)
    assert iron.min() > -1e-2
    assert iron.max() < 3 * 200 * 0.787 * 1.01


def test_lengths_add_up():
    rng = np.random.default_rng(0)
    parts = []
    for _ in range(3):
        part = Solids()
        part.add(
            BOX, (50, 60, 70), rng.uniform(-50, 50, 3), STEEL, turn=turn_anyhow(rng)
        )
        parts.append(part)
    whole = Solids([c for part in parts for c in part.copies])
    apart = sum(project_solids(part, FAN)[1] for part in parts)
    np.testing.assert_allclose(project_solids(whole, FAN)[1], apart, atol=1e-2)


def test_a_hole_takes_away_what_it_would_add():
    solids = Solids()
    solids.add_tube((100, 100, 200), 20, (0, 20, 0), IRON, turn=ALONG_X)
    _, iron = project_solids(solids, FAN)
    middle = iron[25, 30] / 0.787
    assert middle == pytest.approx(40, rel=0.02)


def test_a_mirrored_body_is_as_thick():
    solids, mirrored = Solids(), Solids()
    solids.add(BOX, (60, 50, 40), (0, 20, 0), IRON)
    mirrored.place(solids, (0, 0, 0), np.diag([-1.0, 1.0, 1.0]))
    there, back = project_solids(solids, FAN)[1], project_solids(mirrored, FAN)[1]
    np.testing.assert_allclose(there, back[:, ::-1], atol=1e-3)
    assert back.max() > 30


def test_row_0_is_at_the_top_and_column_0_at_the_left():
    solids = Solids()
    solids.add(BOX, (20, 20, 20), (-120, 100, 0), IRON)
    rows, columns = np.nonzero(project_solids(solids, FAN)[1])
    assert rows.max() < FAN.height / 4
    assert columns.max() < FAN.width / 4


@given(integers(0, 1000))
def test_a_window_shows_the_same_pixels_and_misses_nothing(seed):
    rng = np.random.default_rng(seed)
    solids = Solids()
    solids.add(BOX, (40, 30, 90), rng.uniform(-90, 90, 3), STEEL, turn=turn_anyhow(rng))
    _, whole = project_solids(solids, FAN)
    x0, y0, x1, y1 = FAN.surround(*solids.bounds())
    _, part = project_solids(solids, FAN.window(x0, y0, x1, y1))
    np.testing.assert_allclose(part, whole[y0:y1, x0:x1], atol=1e-2)
    assert np.count_nonzero(part) == np.count_nonzero(whole)


def test_the_same_scene_gives_the_same_bits():
    rng = np.random.default_rng(0)
    solids = Solids()
    solids.add(BOX, (40, 30, 90), rng.uniform(-90, 90, (50, 3)), STEEL)
    first, second = project_solids(solids, FAN), project_solids(solids, FAN)
    assert first[1].tobytes() == second[1].tobytes()


def draw_scene(seed):
    rng, solids = np.random.default_rng(seed), Solids()
    for mesh in MESHES.values():
        size, centre = rng.uniform(10, 90, (9, 3)), rng.uniform(-200, 200, (9, 3))
        solids.add(mesh, size, centre, IRON, turn=turn_anyhow(rng, 9))
    return solids


@given(integers(0, 1000))
def test_a_choice_of_solids_misses_none_that_a_ray_meets(seed):
    sway = np.random.default_rng(seed).uniform(-9, 9, FAN.width)
    fan = replace(FAN, skew=0.05, slope=0.03, sway=sway)
    solids, window = draw_scene(seed), fan.window(20, 15, 31, 24)
    chosen = select_solids(solids, window)
    np.testing.assert_allclose(
        project_solids(chosen, window)[1], project_solids(solids, window)[1], atol=1e-2
    )
    counts = [sum(len(c.shift) for c in s.copies) for s in (chosen, solids)]
    assert counts[0] < counts[1]


@given(integers(0, 1000))
def test_what_is_nearer_and_what_is_farther_make_the_whole(seed):
    rng, solids = np.random.default_rng(seed), draw_scene(seed)
    depth = float(rng.uniform(-150, 150))
    near = project_solids(solids, FAN, until=depth)[1]
    whole = project_solids(solids, FAN)[1]
    assert (near > -1e-2).all()
    assert (near < whole + 1e-2).all()
    assert 0 < near.sum() < whole.sum()


def test_a_cut_through_a_box_leaves_what_is_before_it():
    solids = Solids()
    solids.add(BOX, (100, 100, 80), (0, 20, 0), IRON)
    near = project_solids(solids, FAN, until=-10.0)[1]
    slant = np.sqrt(1 + FAN.tangents()[22:27, None] ** 2)
    np.testing.assert_allclose(near[22:27, 25:35] / slant, 3 * 7.87, rtol=1e-5)
