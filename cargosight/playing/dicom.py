"""Play scans as DICOS over the network: C-STORE, once each is scanned."""

import logging
import ssl
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from pydicom import FileDataset, dcmread
from pynetdicom import AE

from cargosight.playing.link import trust
from cargosight.playing.target import Arrived, BackOff, Item, Waiting, wait_for_scan
from data.errors import StreamError
from data.formats.dicom_writing import build_dicos

logger = logging.getLogger(__name__)

CALLER: Final = "CARGOSIGHT-PLAY"
"""What it calls itself."""

NO_ROOM: Final = range(0xA700, 0xA800)
"""Answers of a station that will take it later."""

TIMEOUT_S: Final = 10.0


@dataclass(slots=True)
class DicomTarget:
    """Sends each scan over an association of its own.

    Args:
        host: Of the station.
        port: Of the lane.
        title: What the lane is called.
        rate: Columns a second; None for no waiting.
        patience_s: How long it tries for each scan; None for ever.
        stopping: Set to stop.
        ca: PEM file of who vouches for the station; None without encryption.

    Raises:
        StreamError: If the file holds no certificates.
    """

    host: str
    port: int
    title: str
    rate: float | None
    patience_s: float | None
    stopping: Waiting
    ca: Path | None = None
    _tls: tuple[ssl.SSLContext, str] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Read who is trusted."""
        if self.ca is not None:
            self._tls = trust(self.ca), self.host

    def play(self, item: Item) -> Arrived:
        """Wait for the scanner, then send.

        Raises:
            StreamError: If nobody takes it in time, or it is refused.
        """
        if wait_for_scan(item.scan, self.rate, self.stopping):
            return Arrived(0, f"{item.key} was stopped; nothing of it was sent")
        dataset = _build(item)
        retry, tries = BackOff(self.patience_s, self.stopping), 0
        while (why := self._send(dataset)) is not None:
            tries += 1
            logger.warning("%s: %s", item.key, why)
            if not retry.wait():
                return self._give_up(item, why)
        return Arrived(item.scan.size[0], reconnects=tries)

    def close(self) -> None:
        """Nothing is open."""

    def _give_up(self, item: Item, why: str) -> Arrived:
        if self.stopping.is_set():
            return Arrived(0, f"{item.key} was stopped; nothing of it was sent")
        msg = (
            f"{item.key} was not taken for {self.patience_s:g} s: {why}. Is the "
            "station running, and has it disk?"
        )
        raise StreamError(msg)

    def _send(self, dataset: FileDataset) -> str | None:
        """Send once; says why it should be tried again, None if it was taken."""
        entity = AE(ae_title=CALLER)
        for name in ("acse_timeout", "connection_timeout", "dimse_timeout"):
            setattr(entity, name, TIMEOUT_S)
        entity.add_requested_context(
            dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID
        )
        link = entity.associate(
            self.host, self.port, ae_title=self.title, tls_args=self._tls
        )
        if link.is_rejected:
            msg = (
                f"{self.host}:{self.port} refuses {CALLER} for {self.title}. Check "
                "ae_title and callers of the lane."
            )
            raise StreamError(msg)
        if not link.is_established:
            return f"nobody takes scans at {self.host}:{self.port}"
        try:
            answer = link.send_c_store(dataset)
        finally:
            link.release()
        return _explain(answer.get("Status"), answer.get("ErrorComment"))


def _build(item: Item) -> FileDataset:
    """The file of a scan, as if read from a disk."""
    buffer = BytesIO()
    build_dicos(item.scan, number=item.number).save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    return dcmread(buffer)


def _explain(status: int | None, comment: str | None) -> str | None:
    if status is None:
        return "the connection was lost"
    if status in NO_ROOM:
        return comment or "the station has no disk"
    if status != 0:
        msg = f"The station refuses the scan: {comment or hex(status)}."
        raise StreamError(msg)
    return None
