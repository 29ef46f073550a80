"""Scans that come over the network, as DICOM and DICOS have it (C-STORE).

What comes is on the disk, and was read whole, before it is answered for; from there it
is taken as from a watched folder. A scanner that hears nothing, or of a failure, sends
again: it is then taken once.
"""

import hashlib
import logging
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from socket import socket
from ssl import PROTOCOL_TLS_SERVER, SSLContext, SSLSocket
from typing import Any, Final
from weakref import WeakKeyDictionary

from pynetdicom import AE, evt, register_uid
from pynetdicom.association import Association
from pynetdicom.events import Event
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.service_class import StorageServiceClass
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]
from pynetdicom.transport import ThreadedAssociationServer

from data.errors import ScanFileError, StationError
from data.files import move_durably, write_durably
from data.formats import read_scan
from data.formats.dicom import find_number
from data.formats.dicom_header import NATIVE
from data.formats.opening import PIXEL_BUDGET
from station.config import ServerConfig
from station.lanes.folder import POLL_S, FolderSource, check_rows
from station.lanes.intake import Intake
from station.lanes.refusing import REFUSED, explain

logger = logging.getLogger(__name__)

STORED: Final = 0x0000
NO_ROOM: Final = 0xA700
NOT_READ: Final = 0xC000

MOST_BYTES: Final = 2**28
"""Of one scan on its way."""

MOST_CALLERS: Final = 4
"""Associations at a time."""

MOST_PDU: Final = 2**17
"""Bytes of one piece on its way."""

AGAIN_S: Final = 1.0
"""Time between two tries to listen at a port that is taken, s."""

HANDSHAKE_S: Final = 5.0
"""Time for a connection to agree on its encryption, s."""

SILENT_S: Final = 60.0
"""Silence after which a sender is hung up on, s."""

_CLASSES: Final = {
    "DigitalXRayImageStorageForPresentation": "1.2.840.10008.5.1.4.1.1.1.1",
    "DigitalXRayImageStorageForProcessing": "1.2.840.10008.5.1.4.1.1.1.1.1",
    "DICOSDigitalXRayImageStorageForPresentation": "1.2.840.10008.5.1.4.1.1.501.2.1",
    "DICOSDigitalXRayImageStorageForProcessing": "1.2.840.10008.5.1.4.1.1.501.2.2",
}


@dataclass(slots=True)
class DicomSource:
    """Listens for the scanner of a lane.

    Args:
        intake: Of the lane.
        host: Address to listen at; beyond the machine only with TLS.
        tls: Certificate and key; None for plain connections.
        pixel_budget: Most pixels (width x height) of a scan.
        most_bytes: Of one scan on its way; who sends more is cut off.
    """

    intake: Intake
    host: str = "127.0.0.1"
    tls: SSLContext | None = None
    pixel_budget: int = PIXEL_BUDGET
    most_bytes: int = MOST_BYTES
    inbox: FolderSource = field(init=False)
    port: int | None = field(default=None, init=False)
    _alone: threading.Lock = field(default_factory=threading.Lock, init=False)
    _sent: WeakKeyDictionary[Association, int] = field(
        default_factory=WeakKeyDictionary, init=False
    )

    def __post_init__(self) -> None:
        """Take the inbox for a watched folder, where files appear whole."""
        lane = self.intake.lane
        inbox = self.intake.data.root / "lanes" / lane.name / "inbox"
        own = {"folder": inbox, "settle_s": 1e-3, "after": "delete", "profile": None}
        self.intake = replace(self.intake, lane=lane.model_copy(update=own))
        self.inbox = FolderSource(self.intake, find_number, self.pixel_budget)

    def run(self, stopping: threading.Event) -> None:
        """Listen, and take in what comes, until told to stop.

        Args:
            stopping: When to.
        """
        self.inbox.root.mkdir(parents=True, exist_ok=True)
        for draft in self.inbox.root.glob(".*"):
            draft.unlink()
        entity = self._listen(stopping)
        while not stopping.is_set():
            self.inbox.poll(stopping.is_set)
            stopping.wait(POLL_S)
        if entity is not None:
            entity.shutdown()

    def _listen(self, stopping: threading.Event) -> AE | None:
        """Listen as soon as the port is free."""
        lane, told = self.intake.lane, False
        entity = make_entity(lane.ae_title, lane.callers)
        while not stopping.is_set():
            try:
                server = entity.start_server(
                    (self.host, lane.port),
                    block=False,
                    ssl_context=self.tls,
                    evt_handlers=[
                        (evt.EVT_C_STORE, self._store),
                        (evt.EVT_PDU_RECV, self._count),
                    ],
                )
            except OSError as error:
                if not told:
                    self._report("lane.gone", {"reason": _say(error, lane.port)})
                told = True
                self.inbox.poll(stopping.is_set)
                stopping.wait(AGAIN_S)
            else:
                self.port = _find_port(server)
                if told:
                    self._report("lane.back", {})
                return entity
        return None

    def _count(self, event: Event) -> None:
        """Cut whoever sends without end off."""
        if not isinstance(event.pdu, P_DATA_TF):
            return
        sent = self._sent.get(event.assoc, 0) + event.pdu.pdu_length
        self._sent[event.assoc] = sent
        if sent > self.most_bytes >= sent - event.pdu.pdu_length:
            reason = f"A scan of more than {self.most_bytes} bytes was cut off."
            self._report("file.refused", {"reason": reason})
            event.assoc.abort()

    def _store(self, event: Event) -> int:
        """Answer a C-STORE.

        Returns:
            Its status.
        """
        sent = self._sent.pop(event.assoc, 0)
        if sent > self.most_bytes:  # its last piece, too late to be cut off
            return NOT_READ
        content = event.encoded_dataset()
        try:
            with self._alone:
                return self._receive(content)
        except OSError as error:
            logger.warning("Lane %s: no scan stored: %s", self.intake.lane.name, error)
            return NO_ROOM

    def _receive(self, content: bytes) -> int:
        key = hashlib.sha256(content).hexdigest()
        place = self.inbox.root / f"{key}.dcm"
        if not self.intake.has_room():
            return NO_ROOM
        if place.exists() or self.inbox.taker.marks.is_taken(key):
            self._report("file.repeated", {"file": place.name, "key": key})
            return STORED
        draft = place.with_name(f".{place.name}")
        write_durably(draft, content)
        try:
            check_rows(read_scan(draft, pixel_budget=self.pixel_budget), draft)
        except ScanFileError as error:
            self._refuse(draft, key, str(error))
            return NOT_READ
        move_durably(draft, place)
        return STORED

    def _refuse(self, draft: Path, key: str, reason: str) -> None:
        place = self.inbox.root / REFUSED / f"{key}.dcm"
        said = reason.replace(str(draft), place.name)
        self._report("file.refused", {"file": place.name, "reason": said})
        move_durably(draft, place)
        explain(place, said)

    def _report(self, kind: str, payload: dict[str, str]) -> None:
        lane = self.intake.lane.name
        self.intake.reporter.report(kind, lane, payload, actor=f"lane:{lane}")


def make_entity(title: str, callers: tuple[str, ...] = ()) -> AE:
    """What answers C-ECHO and takes digital X-ray pictures, uncompressed.

    Args:
        title: Its own name; who calls another is turned away.
        callers: Who may call; empty for any.
    """
    entity = AE(ae_title=title)
    limits = {
        "require_called_aet": True,
        "require_calling_aet": list(callers),
        "maximum_associations": MOST_CALLERS,
        "maximum_pdu_size": MOST_PDU,
        "network_timeout": SILENT_S,
        "dimse_timeout": SILENT_S,
    }
    for name, value in limits.items():
        setattr(entity, name, value)
    entity.add_supported_context(Verification)
    for keyword, uid in _CLASSES.items():
        register_uid(uid, keyword, StorageServiceClass)
        entity.add_supported_context(uid, list(NATIVE))
    return entity


class _Context(SSLContext):
    """Gives up on who connects and says nothing: all others wait meanwhile."""

    def wrap_socket(self, sock: socket, *args: Any, **more: Any) -> SSLSocket:
        sock.settimeout(HANDSHAKE_S)
        wrapped = super().wrap_socket(sock, *args, **more)
        wrapped.settimeout(None)
        return wrapped


def make_tls(server: ServerConfig) -> SSLContext | None:
    """What encrypts connections; None where the station has no certificate.

    Raises:
        StationError: If certificate or key cannot be read.
    """
    if server.certificate is None:
        return None
    try:
        context = _Context(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server.certificate, server.key)
    except OSError as error:
        msg = f"{server.certificate} or its key is no PEM file: {error}. Check both."
        raise StationError(msg) from error
    return context


def _find_port(server: ThreadedAssociationServer | None) -> int | None:
    listening = None if server is None else server.socket
    return None if listening is None else int(listening.getsockname()[1])


def _say(error: OSError, port: int) -> str:
    return f"Port {port} cannot be listened at: {error.strerror or error}."
