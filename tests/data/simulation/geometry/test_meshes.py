"""Every mesh is closed, turned outwards, and as large as it says."""

from collections import Counter

import numpy as np
import pytest

from data.simulation.geometry.meshes import (
    make_box,
    make_cylinder,
    make_ellipsoid,
    make_pillow,
)

MESHES = {
    "box": make_box(),
    "cylinder": make_cylinder(),
    "prism": make_cylinder(6),
    "ellipsoid": make_ellipsoid(),
    "pillow": make_pillow(),
}


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES)
def test_every_edge_is_shared_by_two_faces_in_opposite_directions(mesh):
    edges = Counter(
        (int(a), int(b))
        for face in mesh.faces
        for a, b in zip(face, np.roll(face, -1), strict=True)
        if a != b
    )
    assert set(edges.values()) == {1}
    assert all((b, a) in edges for a, b in edges)


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES)
def test_every_face_is_flat_and_looks_outwards(mesh):
    a, b, c, d = (mesh.vertices[mesh.faces[:, i]] for i in range(4))
    normals = np.cross(c - a, d - b)
    assert (np.einsum("ij,ij->i", normals, (a + b + c + d) / 4) > 0).all()
    np.testing.assert_allclose(np.einsum("ij,ij->i", normals, d - a), 0, atol=1e-12)


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES)
def test_every_mesh_has_a_side_of_one(mesh):
    extent = np.ptp(mesh.vertices, axis=0)
    assert (extent > 0.85).all()
    assert (extent <= 1 + 1e-12).all()


@pytest.mark.parametrize(
    ("mesh", "volume"),
    [
        (make_box(), 1),
        (make_cylinder(200), np.pi / 4),
        (make_ellipsoid(60), np.pi / 6),
    ],
)
def test_fine_meshes_have_the_volume_of_the_ideal_body(mesh, volume):
    assert mesh.volume == pytest.approx(volume, rel=2e-3)


def test_a_pillow_lies_between_a_ball_and_a_box():
    assert make_ellipsoid(10).volume < make_pillow(10).volume < 1
    assert make_pillow(10, roundness=0.3).volume > make_pillow(10).volume
