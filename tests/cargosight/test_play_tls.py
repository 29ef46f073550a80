"""An encrypted station is believed only if somebody vouches for it."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cargosight.playing.link import trust
from cargosight.playing.stream import StreamPlayer
from data.errors import StreamError
from station.spool import DataFolder
from tests.cargosight.fake_lane import TOKEN, FakeLane, serving
from tests.cargosight.test_play_stream import make_scan


@pytest.fixture
def certificate(tmp_path):
    """A PEM file with the certificate of "localhost" and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "station.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def url(tmp_path, certificate):
    """An encrypted lane that listens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(FakeLane(DataFolder(tmp_path)), context=context) as lane:
        yield lane.url.replace("ws://127.0.0.1", "wss://localhost")


def test_scans_go_over_an_encrypted_connection(url, certificate):
    player = StreamPlayer(url, TOKEN, rate=None, ca=certificate)
    assert player.play(make_scan(), "a").whole
    player.close()


def test_a_station_that_nobody_vouches_for_is_not_believed(url):
    player = StreamPlayer(url, TOKEN, rate=None)
    with pytest.raises(StreamError, match="Nobody vouches"):
        player.play(make_scan(), "a")


def test_a_file_without_certificates_is_said(tmp_path):
    with pytest.raises(StreamError, match="holds no certificates"):
        trust(tmp_path / "none.pem")
