"""Tests of key pairs in PEM files."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from data.errors import BundleError, TrustError
from detector.trust.keys import (
    make_keys,
    needs_passphrase,
    read_private_key,
    read_public_key,
)


def refuse(read, *arguments):
    with pytest.raises(TrustError) as met:
        read(*arguments)
    assert isinstance(met.value, BundleError)
    assert "\n" not in str(met.value)
    return str(met.value)


def write_pair(folder, key):
    private, public = folder / "x.key", folder / "x.pem"
    private.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


@pytest.mark.parametrize("passphrase", [None, "open sesame", "höfn"])
def test_a_pair_is_made_and_read_again(tmp_path, passphrase):
    made = make_keys(tmp_path / "deep" / "port.2", passphrase)
    private = tmp_path / "deep" / "port.2.key"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert needs_passphrase(private) == (passphrase is not None)
    key = read_private_key(private, passphrase)
    public = read_public_key(tmp_path / "deep" / "port.2.pem")
    assert key.public_key() == public.key == made.key
    assert public.name == made.name == f"port.2 {made.fingerprint}"
    assert len(made.fingerprint) == 16
    assert sorted(path.name for path in private.parent.iterdir()) == [
        "port.2.key",
        "port.2.pem",
    ]


def test_a_passphrase_that_a_plain_key_does_not_need_does_no_harm(tmp_path):
    made = make_keys(tmp_path / "port")
    assert read_private_key(tmp_path / "port.key", "x").public_key() == made.key


@pytest.mark.parametrize("end", [".key", ".pem"])
def test_keys_are_never_replaced(tmp_path, end):
    taken = tmp_path / f"port{end}"
    taken.write_text("mine")
    assert "there already" in refuse(make_keys, tmp_path / "port")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_folder_is_no_name_for_keys(name):
    assert "no name" in refuse(make_keys, Path(name))


def test_a_folder_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refuse(make_keys, tmp_path / "file" / "port")


def test_a_passphrase_is_asked_for_and_must_be_right(tmp_path):
    make_keys(tmp_path / "port", "right")
    private = tmp_path / "port.key"
    assert "CARGOSIGHT_KEY_PASSPHRASE" in refuse(read_private_key, private)
    assert "passphrase" in refuse(read_private_key, private, "wrong")


def test_public_and_private_are_not_taken_for_each_other(tmp_path):
    make_keys(tmp_path / "port")
    assert "public key" in refuse(read_private_key, tmp_path / "port.pem")
    assert "private key" in refuse(read_public_key, tmp_path / "port.key")


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()],
    ids=["p384", "ed25519"],
)
def test_keys_of_another_kind_are_refused(tmp_path, key):
    private, public = write_pair(tmp_path, key)
    assert "P-256" in refuse(read_private_key, private)
    assert "P-256" in refuse(read_public_key, public)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\xff" * 50,
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ],
    ids=["empty", "noise", "nonsense"],
)
def test_what_is_no_key_is_one_line(tmp_path, content):
    place = tmp_path / "x.pem"
    place.write_bytes(content)
    refuse(read_public_key, place)
    refuse(read_private_key, place)


def test_a_key_that_is_missing_a_folder_or_huge_is_one_line(tmp_path):
    (tmp_path / "huge").write_bytes(b"x" * 30_000)
    for read in (read_public_key, read_private_key):
        assert "cannot be read" in refuse(read, tmp_path / "none")
        assert "cannot be read" in refuse(read, tmp_path)
        assert "too large" in refuse(read, tmp_path / "huge")
