"""The source of a lane, as its configuration states it."""

from station.config import StationConfig
from station.lanes.intake import Intake
from station.lanes.source import Source


def make_source(config: StationConfig, intake: Intake) -> Source | None:
    """What a lane's process runs to take scans in.

    Args:
        config: The station's.
        intake: Of the lane.

    Returns:
        None for a stream, which the server takes in.
    """
    source = intake.lane.source
    if source == "folder":
        from station.lanes.folder import FolderSource  # noqa: PLC0415

        return FolderSource(intake)
    if source == "dicom":
        from station.lanes.dicom import DicomSource, make_tls  # noqa: PLC0415

        tls = make_tls(config.server)
        return DicomSource(intake, host=config.server.host, tls=tls)
    if source == "capture":
        from station.lanes.capture import CaptureSource  # noqa: PLC0415

        return CaptureSource(intake)
    return None
