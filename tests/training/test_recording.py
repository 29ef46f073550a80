"""Tests of recording steps, without a GPU: what is left when it is done or fails."""

import logging

import pytest
import torch

from tests.training.tiny import new_base
from training.network import make_network
from training.recording import record_network


@pytest.fixture
def network():
    return make_network(new_base()).train()


def keep(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def assert_kept(network, kept):
    now = network.state_dict()
    assert all(torch.equal(now[name], value) for name, value in kept.items())


def test_trying_it_out_leaves_no_trace_in_the_network(network, monkeypatch):
    seen = []

    def record(given, arguments):
        seen.append(arguments[0].shape)
        given(*arguments)

    monkeypatch.setattr(torch.cuda, "make_graphed_callables", record)
    kept = keep(network)
    record_network(network, 2, 64)
    assert seen == [(2, 3, 64, 64)]
    assert_kept(network, kept)


def test_a_gpu_that_cannot_record_is_told_of_and_nothing_changes(
    network, monkeypatch, caplog
):
    def fail(*_):
        msg = "operation not permitted when stream is capturing"
        raise RuntimeError(msg)

    monkeypatch.setattr(torch.cuda, "make_graphed_callables", fail)
    kept = keep(network)
    with caplog.at_level(logging.WARNING):
        record_network(network, 2, 64)
    assert "not recorded, and slower: operation not permitted" in caplog.text
    assert_kept(network, kept)
