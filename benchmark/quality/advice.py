"""What to do when a figure of image quality fails."""

from typing import Final

_DOSE: Final = "Compare the noise in air; have the dose and the collimation checked"
_SHARP: Final = "Have the collimation, the focal spot and the detector checked"

_COMPARE: Final = "Compare the noise in air and the edges with those of other days"

ADVICE: Final = {
    "penetration_mm": f"{_DOSE}.",
    "contrast_percent": f"{_DOSE}.",
    "wire_air_mm": f"{_COMPARE}.",
    "wire_plate_mm": f"{_COMPARE}.",
    "edge_x_px": f"{_SHARP}, and the speed of the scan.",
    "edge_y_px": f"{_SHARP}.",
    "mtf50_x": f"{_SHARP}, and the speed of the scan.",
    "mtf50_y": f"{_SHARP}.",
    "blur_x_px": f"{_SHARP}, and the speed of the scan.",
    "blur_y_px": f"{_SHARP}.",
    "air_noise_percent": "Have the dose, the target and the electronics checked.",
    "photons": "Have the dose, the target and the electronics checked.",
    "air_level_percent": "Calibrate air; if it comes back, have the dose checked.",
    "saturated_percent": "Have the gain or the dose lowered, then calibrate air.",
    "row_stripes_percent": "Calibrate air; if they stay, have the array checked.",
    "column_stripes_percent": "Have the dose monitor and its correction checked.",
    "dead_rows": "Have the array checked.",
    "hot_rows": "Calibrate dark; if it stays, have the array checked.",
    "misfires": "Have the accelerator's triggering checked.",
    "offset_px": "Have the timing between the two energies checked.",
    "stretch_percent": "Check the speed of the scan and the stated pixel pitch.",
    "warp_x_px": "Have the drive, or the measurement of its speed, checked.",
    "warp_y_px": "Have the boom, the rails and the carrier of the object checked.",
}
"""By name of the figure, one or two sentences."""
