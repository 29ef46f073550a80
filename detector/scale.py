"""The scale at which a network sees scans."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from data.scan import ScanInfo

Size = tuple[int, int]


class Scale(BaseModel):
    """How scans are resampled, so that a pistol has one size from every scanner.

    Attributes:
        pitch_mm: Pixel pitch of the encoded scan, both axes, mm.
        longest_side_px: Longest side of the encoded scan for scans whose pitch is not
            known, px. None leaves them as they come.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pitch_mm: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 4.0
    longest_side_px: Annotated[int, Field(ge=32)] | None = None

    def size_of(self, size: Size, info: ScanInfo) -> Size:
        """Size of a scan at this scale.

        Args:
            size: Width and height of the scan, px.
            info: What is known of the scan; only its pitch is used.

        Returns:
            Width and height of the encoded scan, px, at least 1.

        Example:
            >>> Scale(pitch_mm=4).size_of((1000, 500), ScanInfo(pitch_mm=(2.0, 4.0)))
            (500, 500)
        """
        if info.pitch_mm is not None:
            factors = [pitch / self.pitch_mm for pitch in info.pitch_mm]
        elif self.longest_side_px is not None:
            factors = [self.longest_side_px / max(size)] * 2
        else:
            return size
        width, height = (
            max(1, round(side * factor))
            for side, factor in zip(size, factors, strict=True)
        )
        return width, height
