"""Fixtures of small retrainings."""

import pytest

from tests.cargosight.retrainings import prepare, replace_learning


@pytest.fixture(scope="module")
def given_networks():
    """Let all networks be as good as the champion's; `score` makes others."""
    with pytest.MonkeyPatch.context() as patch:
        replace_learning(patch.setattr)
        yield


@pytest.fixture
def asked(tmp_path):
    """What is asked of a small retraining."""
    return prepare(tmp_path / "in")
