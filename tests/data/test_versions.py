"""Tests of naming versions: of packages, and of what stands in for them."""

from importlib.metadata import version

import numpy as np

from data.versions import read_versions


def test_a_package_has_its_version():
    assert read_versions(["numpy"])["numpy"] == np.__version__


def test_a_package_of_another_name_that_brings_the_same_folder_is_named():
    # As onnxruntime-gpu brings the folder onnxruntime.
    name = version("opencv-python-headless")
    assert read_versions(["cv2"])["cv2"].startswith(f"{name} of opencv-python")


def test_what_is_not_there_is_said_to_be_missing():
    assert read_versions(["no-such-package"])["no-such-package"] == "not installed"
