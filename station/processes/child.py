"""One process of a station: `python -m station.processes.child server FILE PARENT`.

It stops when it is told to (SIGTERM, SIGINT), and when whoever started it is gone.
"""

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Final

from data.errors import CargosightError
from station.processes.effective import read_effective
from station.processes.lock import holding

ORPHAN_S: Final = 0.25


def main(argv: list[str]) -> int:
    """Run a process.

    Args:
        argv: "server" or "lane:NAME", the file of the configuration, and the process
            whose end is the end of this one.

    Returns:
        Its exit code.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    os.umask(0o077)  # what it keeps is nobody else's
    name, place, parent = argv
    stopping = _listen(int(parent))
    config = read_effective(Path(place))
    try:
        with holding(config.data, name):
            if name == "server":
                from station.processes.server import run_server  # noqa: PLC0415

                run_server(config, stopping)
            else:
                from station.processes.lane import run_lane  # noqa: PLC0415

                run_lane(config, name.removeprefix("lane:"), stopping)
    except CargosightError as error:
        sys.stderr.write(f"cargosight station: {name}: {error}\n")
        return 1
    return 0


def _listen(parent: int) -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    return stopping


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_S)
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
