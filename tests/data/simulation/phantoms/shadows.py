"""What the tests of phantoms measure: shadows, triangles, convexity."""

import numpy as np

from data.simulation.geometry.path_length import Fan, project_solids


def project_broadside(solids, pitch=2.0):
    fan = Fan(800, 400, -800.0, pitch, 400 / 8000, pitch / 8000, (0.0, -8000.0))
    carbon, iron = project_solids(solids, fan)
    return carbon + iron


def count_triangles(solids):
    return sum(
        len(c.linear) * int((1 + (c.mesh.faces[:, 2] != c.mesh.faces[:, 3])).sum())
        for c in solids.copies
    )


def assert_convex(mesh):
    """No corner lies outside the plane of any face."""
    a, b, c, d = (mesh.vertices[mesh.faces[:, i]] for i in range(4))
    normals = np.cross(c - a, d - b)
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    outside = mesh.vertices @ normals.T - np.einsum("ij,ij->i", a, normals)
    assert outside.max() < 1e-6 * np.ptp(mesh.vertices, axis=0).max() + 1e-9
    assert mesh.volume > 0
