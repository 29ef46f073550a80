"""Work in several processes gives what work in one gives."""

import os
import time
from contextlib import closing
from itertools import count, islice

import pytest

from data.errors import CargosightError, SimulationError
from data.parallel import map_ordered


def square_slowly(number):
    time.sleep(0.05 * (number % 3 == 0))
    return number * number, os.getpid()


def fail_on_two(number):
    if number == 2:
        msg = "two"
        raise SimulationError(msg)
    return number


def die(_):
    os._exit(1)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers):
    found = list(map_ordered(square_slowly, range(7), workers=workers))
    assert [value for value, _ in found] == [n * n for n in range(7)]
    assert (os.getpid() in {worker for _, worker in found}) == (workers == 1)


def test_tasks_are_drawn_only_as_results_are_fetched():
    tasks = count()
    with closing(map_ordered(abs, tasks, workers=2)) as results:
        assert list(islice(results, 3)) == [0, 1, 2]
    assert next(tasks) <= 3 + 2 * 2


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_task_arrives_as_it_is(workers):
    results = map_ordered(fail_on_two, range(50), workers=workers)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(SimulationError, match=r"^two$"):
        next(results)


def test_a_worker_that_is_killed_is_an_error_in_one_line():
    with pytest.raises(CargosightError, match="was killed") as caught:
        list(map_ordered(die, range(2), workers=2))
    assert "\n" not in str(caught.value)


def test_no_workers_are_refused():
    with pytest.raises(CargosightError, match="at least 1"):
        list(map_ordered(abs, [1], workers=0))
