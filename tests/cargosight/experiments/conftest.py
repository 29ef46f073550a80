"""Nothing is simulated, trained or measured: what is asked for is written down."""

import pytest

from tests.cargosight.experiments.plans import Pretended, write_pretended_dataset


@pytest.fixture
def pretended(monkeypatch):
    """What trains and measures in place of the real ones."""
    found = Pretended()
    package = "cargosight.experiments"
    monkeypatch.setattr(
        f"{package}.datasets.write_simulated_dataset", write_pretended_dataset
    )
    monkeypatch.setattr(f"{package}.running.train_network", found.train)
    monkeypatch.setattr(f"{package}.running.measure_run", found.measure)
    return found
