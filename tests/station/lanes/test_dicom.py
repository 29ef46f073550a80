"""Scans over the network, sent by pynetdicom's own sender."""

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from pydicom import dcmread
from pydicom.uid import JPEGLosslessSV1
from pynetdicom import AE
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from data.errors import StationError
from data.formats.dicom_writing import PROCESSING, build_dicos
from data.scan import Scan
from station.config import ServerConfig
from station.lanes import dicom as dicom_lane
from station.lanes.dicom import NO_ROOM, NOT_READ, STORED, DicomSource, make_tls
from station.lanes.folder import FolderSource
from tests.left_sockets import LEFT, sweeping
from tests.station.lanes.taking_in import Heard, list_taken, make_intake, make_scan
from tests.station.waiting import wait_until

pytestmark = LEFT

DX = "1.2.840.10008.5.1.4.1.1.1.1.1"
SHOWN = "1.2.840.10008.5.1.4.1.1.501.2.1"
CT = "1.2.840.10008.5.1.4.1.1.2"


class Lane:
    """A lane that listens at a free port."""

    def __init__(self, tmp_path, **lane):
        """Set it up."""
        self.data = tmp_path / "data"
        self.heard = Heard()
        intake = make_intake(
            self.data, self.heard, **{"source": "dicom", "port": 0} | lane
        )
        self.source = DicomSource(intake)
        self.stopping = threading.Event()

    @contextmanager
    def running(self):
        """Have it listen within a block."""
        thread = threading.Thread(target=self.source.run, args=(self.stopping,))
        thread.start()
        try:
            wait_until(lambda: self.source.port is not None)
            yield self
        finally:
            self.stopping.set()
            thread.join(60)
        assert not thread.is_alive()

    @contextmanager
    def calling(self, *, called="CARGOSIGHT", caller="SCANNER"):
        """Call it."""
        entity = AE(ae_title=caller)
        for uid in (Verification, PROCESSING, SHOWN, DX, CT):
            entity.add_requested_context(uid)
        port = self.source.port or 0
        link = entity.associate("127.0.0.1", port, ae_title=called)
        try:
            yield link
        finally:
            link.release() if link.is_established else link.abort()

    def send(self, *datasets) -> list[int | None]:
        """Send datasets one after the other; their statuses."""
        with self.calling() as link:
            assert link.is_established
            answers = [link.send_c_store(dataset) for dataset in datasets]
        return [answer.Status if "Status" in answer else None for answer in answers]

    @property
    def taken(self):
        """Scans in the spool."""
        return list_taken(self.data)

    @property
    def inbox(self):
        """Names in its inbox."""
        return sorted(path.name for path in self.source.inbox.root.iterdir())


@pytest.fixture(scope="module", autouse=True)
def _sweep():
    with sweeping():
        yield


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(dicom_lane, "POLL_S", 0.02)


@pytest.fixture
def lane(tmp_path):
    with Lane(tmp_path).running() as running:
        yield running


def make_dataset(seed=0, number="C-17"):
    return build_dicos(make_scan(seed), number=number)


def test_an_echo_is_answered(lane):
    with lane.calling() as link:
        assert link.send_c_echo().Status == STORED


def test_what_is_sent_is_taken_in_whole(lane):
    assert lane.send(make_dataset()) == [STORED]
    wait_until(lambda: lane.inbox == [])
    (taken,) = lane.taken
    np.testing.assert_array_equal(taken.scan.high, make_scan().high)
    np.testing.assert_array_equal(taken.scan.low, make_scan().low)
    assert (taken.begin.number, taken.begin.whole) == ("C-17", True)
    assert lane.heard.events == []


def test_views_of_one_study_have_one_number(lane):
    first, second = make_dataset(0, None), make_dataset(1, None)
    second.StudyInstanceUID = first.StudyInstanceUID
    assert lane.send(first, second) == [STORED, STORED]
    wait_until(lambda: len(lane.taken) == 2)
    assert {taken.begin.number for taken in lane.taken} == {first.StudyInstanceUID}


def test_dx_and_pictures_are_taken_too(lane):
    dataset, picture = make_dataset(), np.zeros((9, 8, 3), np.uint8)
    dataset.SOPClassUID = DX
    assert lane.send(dataset, build_dicos(Scan(display=picture))) == [STORED] * 2
    wait_until(lambda: len(lane.taken) == 2)
    assert {taken.begin.kind for taken in lane.taken} == {"dual", "display"}


def test_it_is_on_the_disk_before_it_is_answered_for(tmp_path, monkeypatch):
    lane = Lane(tmp_path)
    monkeypatch.setattr(FolderSource, "poll", lambda *_: None)
    with lane.running():
        assert lane.send(make_dataset()) == [STORED]
        (name,) = lane.inbox
    assert lane.taken == []
    monkeypatch.undo()
    again = Lane(tmp_path)
    with again.running():
        wait_until(lambda: len(again.taken) == 1)
    assert again.taken[0].begin.key == name.removesuffix(".dcm")


def test_what_is_sent_again_is_taken_once(lane):
    dataset = make_dataset()
    assert lane.send(dataset, dataset) == [STORED, STORED]
    wait_until(lambda: lane.inbox == [])
    assert lane.send(dataset) == [STORED]
    assert len(lane.taken) == 1
    assert lane.heard.kinds == ["file.repeated", "file.repeated"]


def test_what_cannot_be_read_is_refused_and_put_aside(lane):
    dataset = make_dataset()
    dataset.PixelIntensityRelationship = "LOG"
    assert lane.send(dataset, make_dataset(1)) == [NOT_READ, STORED]
    wait_until(lambda: len(lane.taken) == 1)
    assert lane.heard.kinds == ["file.refused"]
    said = lane.heard.events[0][2]
    folder = lane.source.inbox.root / "refused"
    assert dcmread(folder / said["file"]).PixelIntensityRelationship == "LOG"
    assert "logarithmic" in (folder / f"{said['file']}.txt").read_text()
    assert f"/.{said['file']}" not in said["reason"]


def test_nothing_is_taken_while_the_disk_is_full(lane):
    lane.source.intake.free = lambda _: 0
    assert lane.send(make_dataset()) == [NO_ROOM]
    assert lane.inbox == []
    lane.source.intake.free = lambda _: 10**9
    assert lane.send(make_dataset()) == [STORED]


def test_a_disk_that_fails_is_answered_for_as_a_full_one(lane, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dicom_lane, "write_durably", fail)
    assert lane.send(make_dataset()) == [NO_ROOM]
    monkeypatch.undo()
    assert lane.send(make_dataset()) == [STORED]


def test_who_calls_another_name_is_turned_away(lane):
    with lane.calling(called="OTHER") as link:
        assert link.is_rejected


def test_only_callers_that_are_listed_may_send(tmp_path):
    with Lane(tmp_path, callers=("SCANNER",)).running() as lane:
        with lane.calling(caller="STRANGER") as link:
            assert link.is_rejected
        with lane.calling() as link:
            assert link.is_established


def test_other_kinds_and_compressed_pixels_are_not_accepted(lane):
    with lane.calling() as link:
        accepted = {context.abstract_syntax for context in link.accepted_contexts}
        assert accepted == {Verification, PROCESSING, SHOWN, DX}
    entity = AE(ae_title="SCANNER")
    entity.add_requested_context(PROCESSING, [JPEGLosslessSV1])
    port = lane.source.port
    link = entity.associate("127.0.0.1", port, ae_title="CARGOSIGHT")
    assert not link.accepted_contexts
    link.abort()


def test_who_sends_without_end_is_cut_off(tmp_path):
    lane = Lane(tmp_path)
    lane.source.most_bytes = 20_000
    with lane.running():
        assert lane.send(build_dicos(make_scan(0, 60_000, 16))) == [None]
        assert lane.send(make_dataset()) in ([None], [NOT_READ])  # in one piece
        assert lane.heard.kinds == ["file.refused"] * 2
        assert lane.inbox == []
        small = build_dicos(make_scan(0, 50, 16))
        assert lane.send(small, small) == [STORED, STORED]


def test_a_port_that_is_taken_is_told_once_and_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(dicom_lane, "AGAIN_S", 0.05)
    tries: list[object] = []
    monkeypatch.setattr(FolderSource, "poll", lambda *_: tries.append(1))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        lane = Lane(tmp_path, port=other.getsockname()[1])
        thread = threading.Thread(target=lane.source.run, args=(lane.stopping,))
        thread.start()
        wait_until(lambda: len(tries) >= 3)
    wait_until(lambda: lane.source.port is not None)
    assert lane.heard.kinds == ["lane.gone", "lane.back"]
    lane.stopping.set()
    thread.join(60)


def test_drafts_of_a_stop_are_thrown_away(tmp_path):
    lane = Lane(tmp_path)
    lane.source.inbox.root.mkdir(parents=True)
    (lane.source.inbox.root / ".torn.dcm").write_bytes(b"torn")
    with lane.running():
        wait_until(lambda: lane.inbox == [])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"


def test_with_a_certificate_connections_are_encrypted(
    tmp_path, certificate, monkeypatch
):
    monkeypatch.setattr(dicom_lane, "HANDSHAKE_S", 2.0)
    lane = Lane(tmp_path)
    server = ServerConfig(certificate=certificate[0], key=certificate[1])
    lane.source.tls = make_tls(server)
    with lane.running():
        entity = AE(ae_title="SCANNER")
        entity.add_requested_context(Verification)
        context = ssl.create_default_context(cafile=str(certificate[0]))
        context.check_hostname = False
        address = ("127.0.0.1", lane.source.port or 0)
        with socket.create_connection(address):  # and says nothing
            link = entity.associate(
                *address, ae_title="CARGOSIGHT", tls_args=(context, "localhost")
            )
        assert link.send_c_echo().Status == STORED
        link.release()
        with socket.create_connection(address) as plain:
            plain.sendall(b"\x01\x00\x00\x00\x00\x44" + bytes(68))
            reply = b""
            with suppress(ConnectionResetError):
                reply = plain.recv(1)
        assert reply != b"\x02"  # not accepted


def test_a_certificate_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.pem").write_text("none")
    server = ServerConfig(certificate=tmp_path / "a.pem", key=tmp_path / "a.pem")
    with pytest.raises(StationError, match="is no PEM file"):
        make_tls(server)
    assert make_tls(ServerConfig()) is None
