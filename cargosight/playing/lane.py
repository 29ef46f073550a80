"""Play scans to a lane's WebSocket."""

from dataclasses import dataclass

from cargosight.playing.stream import StreamPlayer
from cargosight.playing.target import Arrived, Item


@dataclass(frozen=True, slots=True)
class LaneTarget:
    """Hands scans to a player.

    Args:
        player: It.
    """

    player: StreamPlayer

    def play(self, item: Item) -> Arrived:
        """Play a scan, column by column; see `StreamPlayer.play`."""
        found = self.player.play(item.scan, item.key, item.number)
        wrong = None
        if not found.whole:
            width = item.scan.size[0]
            wrong = f"{item.key}: the station has {found.columns} of {width} columns"
        return Arrived(found.columns, wrong, found.reconnects)

    def close(self) -> None:
        """Let go of the connection."""
        self.player.close()
