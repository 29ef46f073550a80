"""Outside dimensions of freight containers: ISO 668, and common builds; mm."""

from typing import Final

WIDTH_MM: Final = 2438.0
HALF_MM: Final = WIDTH_MM / 2
HEIGHT_MM: Final = 2591.0
HIGH_CUBE_MM: Final = 2896.0
TWENTY_FOOT_MM: Final = 6058.0
FORTY_FOOT_MM: Final = 12192.0

FLOOR_MM: Final = 150.0
"""Top of the floor of a dry box over its underside."""

BOARD_MM: Final = 28.0
"""Thickness of its floor boards."""

TUNNEL_MM: Final = 3300.0
"""How far the tunnel for a gooseneck reaches from the front wall."""

TUNNEL_FROM_MM: Final = 9000.0
"""Shortest container that has such a tunnel."""
