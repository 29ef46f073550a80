"""The devices that a training runs on: one, or several that share every step."""

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.multiprocessing.spawn import (
    ProcessContext,
    ProcessException,
    start_processes,
)
from torch.nn.parallel import DistributedDataParallel

from data.errors import TrainingError
from training.base import Base
from training.config import TrainingConfig
from training.network import make_network

Shared = TypeVar("Shared")

_LOCAL: Final = "127.0.0.1"
_BACKENDS: Final = {"cuda": "cpu:gloo,cuda:nccl", "cpu": "gloo"}
_HERE: Final = "here"
_PATIENCE_S: Final = 0.5
CAN_MIX: Final[Mapping[str, Callable[[], bool]]] = {
    "cuda": torch.cuda.is_bf16_supported,
    "cpu": torch.ops.mkldnn._is_mkldnn_bf16_supported,  # noqa: SLF001
}
"""Whether a kind of device multiplies in bfloat16."""


@dataclass(frozen=True, slots=True)
class Team:
    """One device of those that share a training.

    Attributes:
        device: Which it is.
        rank: Its number; the first, 0, validates and writes.
        world: How many there are.
    """

    device: torch.device
    rank: int = 0
    world: int = 1

    def wrap(self, network: nn.Module) -> nn.Module:
        """A network whose gradients are the means over all devices."""
        if self.world == 1:
            return network
        numbers = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(
            network, device_ids=numbers, find_unused_parameters=True
        )

    def share(self, what: Shared) -> Shared:
        """What the first device has, on all of them."""
        if self.world == 1:
            return what
        box = [what]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def average(self, value: Tensor) -> float:
        """The mean over all devices."""
        if self.world > 1:
            dist.all_reduce(value)
        return float(value) / self.world

    def read_clock(self) -> float:
        """Seconds, once all that was asked of the device is done."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.monotonic()

    def find_batch(self, config: TrainingConfig, base: Base) -> int | None:
        """The largest half, quarter and so on of the batch that fits into memory."""
        batch = config.batch // 2
        while batch >= self.world:
            if self._fits(config, base, -(-batch // self.world)):
                return batch
            batch //= 2
        return None

    def _fits(self, config: TrainingConfig, base: Base, batch: int) -> bool:
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        try:
            network = make_network(base).to(self.device).train()
            tiles = torch.zeros(batch, 3, *(config.tile_side,) * 2, device=self.device)
            _sum(network(tiles)).backward()  # type: ignore[no-untyped-call]
        except (RuntimeError, MemoryError):
            return False
        return True


def _sum(answers: Any) -> Tensor:
    if isinstance(answers, Tensor):
        return answers.float().sum()
    parts = answers.values() if isinstance(answers, dict) else answers
    return torch.stack([_sum(part) for part in parts]).sum()


def mix_precision(device: torch.device, *, asked: bool) -> torch.autocast:
    """A context in which convolutions are in bfloat16, where the device has it.

    Args:
        device: Where the network runs.
        asked: Whether it is wished for.
    """
    can = CAN_MIX.get(device.type, lambda: False)
    # Weights change between steps: a recorded step must not keep their halves.
    return torch.autocast(
        device.type, torch.bfloat16, enabled=asked and can(), cache_enabled=False
    )


def name_devices(devices: str) -> list[torch.device]:
    """The devices that `--devices` names.

    Args:
        devices: "cpu", "mps", or numbers of GPUs, such as "0,1".

    Raises:
        TrainingError: If this machine lacks one of them.
    """
    names = devices.split(",")
    found = [torch.device(f"cuda:{n}" if n.isdigit() else n) for n in names]
    numbers = [device.index for device in found if device.type == "cuda"]
    if numbers and max(numbers) >= torch.cuda.device_count():
        msg = (
            f"--devices {devices}: this machine has {torch.cuda.device_count()} GPUs "
            "that torch can use. Give others, or cpu."
        )
        raise TrainingError(msg)
    if len(set(numbers)) < len(numbers):
        msg = f"--devices {devices} names a GPU twice. Name each of them once."
        raise TrainingError(msg)
    if names == ["mps"] and not torch.backends.mps.is_available():
        msg = "--devices mps: this machine has none. Give cpu."
        raise TrainingError(msg)
    return found


@contextlib.contextmanager
def run_beside(
    work: Callable[..., None], arguments: tuple[Any, ...], count: int
) -> Iterator[Callable[[], bool]]:
    """Run the parts of other devices in processes of their own.

    Args:
        work: Called with the number of the process, from 0, and the arguments.
        arguments: For all of them alike.
        count: Processes.

    Yields:
        Whether all are done, after a moment in which they may end.

    Raises:
        TrainingError: If one of them has failed; the block's asking says so too.
    """
    if not count:
        yield lambda: True
        return
    others: ProcessContext = start_processes(  # type: ignore[no-untyped-call]
        _work_and_leave,
        (work, arguments),
        nprocs=count,
        join=False,
        start_method="spawn",
    )
    try:
        yield partial(_are_done, others)
        while not _are_done(others):
            pass
    finally:
        for process in others.processes:
            process.kill()
            process.join()


def _work_and_leave(
    number: int, work: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    """Work, and end without tearing torch down: its threads may abort in that."""
    work(number, *arguments)
    os._exit(0)


def _are_done(others: ProcessContext) -> bool:
    try:
        return bool(others.join(timeout=_PATIENCE_S, grace_period=_PATIENCE_S))
    except ProcessException as error:
        why = str(error).strip().splitlines()[-1].rstrip(".")
        msg = (
            f"Training stopped, for a process of another device did: {why}. Give the "
            "same command to go on."
        )
        raise TrainingError(msg) from error


@contextlib.contextmanager
def join_team(
    device: torch.device,
    rank: int,
    world: int,
    port: int,
    ask: Callable[[], bool] = lambda: True,
) -> Iterator[Team]:
    """Meet the other devices of a training for as long as it runs.

    Args:
        device: This one.
        rank: Its number.
        world: How many there are.
        port: Where they meet, on this machine.
        ask: Raises if another one is lost: asked while this one waits for them, and
            when it fails, as it does where another one is missing.
    """
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
    if world == 1:
        yield Team(device)
        return
    dist.init_process_group(
        _BACKENDS[device.type],
        store=_meet(rank, world, port, ask),
        rank=rank,
        world_size=world,
    )
    try:
        yield Team(device, rank, world)
    except Exception:
        ask()
        raise
    finally:
        dist.destroy_process_group()


def _meet(rank: int, world: int, port: int, ask: Callable[[], bool]) -> Any:
    """Wait for all the others, as long as they are alive; the store they met at."""
    store = dist.TCPStore(  # type: ignore[attr-defined]  # torch exports it
        _LOCAL, port, world, rank == 0, wait_for_workers=False
    )
    there = store.add(_HERE, 1)
    while rank == 0 and there < world:
        ask()
        there = store.add(_HERE, 0)
    return store


def find_port() -> int:
    """A port of this machine that is free."""
    with socket.socket() as probe:
        probe.bind((_LOCAL, 0))
        return int(probe.getsockname()[1])
