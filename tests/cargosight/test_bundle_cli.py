"""The commands of a bundle's life, from keys to a bundle that a station takes."""

import json
import sys
from datetime import UTC, datetime

import pytest

from cargosight.cli import main
from tests.detector.graphs import make_bundle


@pytest.fixture(autouse=True)
def _station(monkeypatch, tmp_path):
    """A home without keys, no passphrase and no terminal."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CARGOSIGHT_TRUST", "CARGOSIGHT_KEY_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bundle(tmp_path):
    """A calibrated bundle."""
    make_bundle(tmp_path / "bundle", status="calibrated")
    return tmp_path / "bundle"


def run(capsys, *words):
    """Exit code, standard output, standard error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def do(capsys, *words):
    code, out, err = run(capsys, "bundle", *words)
    assert (code, err) == (0, "")
    return out


def fail(capsys, *words):
    code, out, err = run(capsys, "bundle", *words)
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("cargosight: ")
    return line


@pytest.fixture
def signed(bundle, tmp_path, capsys):
    """The bundle, signed without a verdict; its keys lie beside it."""
    do(capsys, "keygen", tmp_path / "port")
    do(capsys, "sign", bundle, "--key", tmp_path / "port.key", "--unproven")
    return bundle


def test_keys_are_made_and_said_where_they_are(capsys, tmp_path, monkeypatch):
    said = do(capsys, "keygen", tmp_path / "keys" / "port")
    assert "port.key: keep it secret, with no passphrase" in said
    assert "port.pem: for stations to pin, port " in said
    assert b"ENCRYPTED" not in (tmp_path / "keys" / "port.key").read_bytes()
    assert "there already" in fail(capsys, "keygen", tmp_path / "keys" / "port")
    monkeypatch.setenv("CARGOSIGHT_KEY_PASSPHRASE", "secret")
    assert "its passphrase" in do(capsys, "keygen", tmp_path / "locked")
    assert b"ENCRYPTED" in (tmp_path / "locked.key").read_bytes()


def test_a_passphrase_is_asked_for_on_a_terminal(capsys, tmp_path, monkeypatch, bundle):
    asked = []

    def prompt(text, **how):
        asked.append((text, how["hide_input"], how["err"]))
        return "secret"

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    do(capsys, "keygen", tmp_path / "port")
    key = tmp_path / "port.key"
    assert b"ENCRYPTED" in key.read_bytes()
    assert "signed" in do(capsys, "sign", bundle, "--key", key, "--unproven")
    assert asked == [
        ("Passphrase (empty for none)", True, True),
        (f"Passphrase of {key}", True, True),
    ]


def test_a_key_with_a_passphrase_signs_with_it_only(
    capsys, tmp_path, monkeypatch, bundle
):
    monkeypatch.setenv("CARGOSIGHT_KEY_PASSPHRASE", "secret")
    do(capsys, "keygen", tmp_path / "port")
    words = ("sign", bundle, "--key", tmp_path / "port.key", "--unproven")
    monkeypatch.setenv("CARGOSIGHT_KEY_PASSPHRASE", "wrong")
    assert "passphrase" in fail(capsys, *words)
    monkeypatch.delenv("CARGOSIGHT_KEY_PASSPHRASE")
    assert "CARGOSIGHT_KEY_PASSPHRASE" in fail(capsys, *words)
    monkeypatch.setenv("CARGOSIGHT_KEY_PASSPHRASE", "secret")
    do(capsys, *words)


def test_signing_says_on_what_and_until_when(capsys, tmp_path, bundle):
    do(capsys, "keygen", tmp_path / "port")
    words = ("sign", bundle, "--key", tmp_path / "port.key")
    said = do(
        capsys, *words, "--unproven", "--not-after", "2099-12-31", "--counter", "7"
    )
    assert said == (
        f"{bundle}: signed without a verdict, until 2099-12-31, counter 7\n"
    )
    assert "signed already" in fail(capsys, *words, "--unproven")


@pytest.mark.parametrize(
    "words",
    [
        *(
            (),
            ("--unproven", "--verdict", "report.json"),
            ("--unproven", "--counter", "0"),
        ),
        ("--unproven", "--not-after", "tomorrow"),
    ],
)
def test_a_bundle_is_signed_on_a_verdict_or_said_to_be_unproven(
    capsys, tmp_path, bundle, words
):
    do(capsys, "keygen", tmp_path / "port")
    before = (bundle / "manifest.json").read_bytes()
    code, out, _ = run(
        capsys, "bundle", "sign", bundle, "--key", tmp_path / "port.key", *words
    )
    assert (code, out) == (2, "")
    assert (bundle / "manifest.json").read_bytes() == before


def test_a_report_that_is_missing_is_one_line(capsys, tmp_path, bundle):
    do(capsys, "keygen", tmp_path / "port")
    words = ("--key", tmp_path / "port.key", "--verdict", tmp_path / "report.json")
    assert "report.json cannot be read" in fail(capsys, "sign", bundle, *words)


def test_a_bundle_is_verified_by_keys_or_by_a_folder_of_them(
    capsys, tmp_path, signed, monkeypatch
):
    key = tmp_path / "port.pem"
    said = do(capsys, "verify", signed, "--key", key)
    assert "signed by port " in said
    assert "verdict: none: it was signed without one" in said
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "port.pem").write_bytes(key.read_bytes())
    found = json.loads(do(capsys, "verify", signed, "--trust", trust, "--json"))
    assert found["signature"] == "verified"
    assert found["signed_by"].startswith("port ")
    assert found["unproven"] is True
    assert [place.name for place in trust.iterdir()] == ["port.pem"]
    monkeypatch.setenv("CARGOSIGHT_TRUST", str(trust))
    do(capsys, "verify", signed)


def test_a_bundle_that_a_station_would_not_run_is_one_line(capsys, tmp_path, signed):
    key = ("--key", tmp_path / "port.pem")
    assert "no key to verify with" in fail(capsys, "verify", signed)
    do(capsys, "keygen", tmp_path / "other")
    other = ("--key", tmp_path / "other.pem")
    assert "not trusted" in fail(capsys, "verify", signed, *other)
    do(capsys, "verify", signed, *other, *key)
    private = ("--key", tmp_path / "port.key")
    assert "private key" in fail(capsys, "verify", signed, *private)
    code, _, _ = run(capsys, "bundle", "verify", signed, *key, "--trust", tmp_path)
    assert code == 2
    (signed / ".gitignore").write_text("")
    assert "'.gitignore'" in fail(capsys, "verify", signed, *key)


def test_an_unsigned_bundle_does_not_verify(capsys, tmp_path, bundle):
    do(capsys, "keygen", tmp_path / "port")
    line = fail(capsys, "verify", bundle, "--key", tmp_path / "port.pem")
    assert "is not signed" in line


def test_a_bundle_is_shown_at_every_age(capsys, tmp_path, bundle, monkeypatch):
    said = do(capsys, "show", bundle)
    assert said.startswith("test 1, sha256 ")
    assert "status: calibrated, unsigned" in said
    assert "verdict: none yet" in said
    assert "dual: dual.onnx, fp32, tiles of 32 px, 4 mm a pixel" in said
    assert "  draft >= 0.25, not measured" in said
    do(capsys, "keygen", tmp_path / "port")
    do(capsys, "sign", bundle, "--key", tmp_path / "port.key", "--unproven")
    said = do(capsys, "show", bundle)
    assert "signature not verified: " in said
    assert "signed without one" in said
    (tmp_path / "trust").mkdir()
    (tmp_path / "port.pem").rename(tmp_path / "trust" / "port.pem")
    monkeypatch.setenv("CARGOSIGHT_TRUST", str(tmp_path / "trust"))
    assert "signed by port " in do(capsys, "show", bundle)


def test_what_is_shown_can_be_read_by_a_program(capsys, signed):
    found = json.loads(do(capsys, "show", signed, "--json"))
    assert found["signature"] == "not verified"
    assert "--trust" in found["doubt"]
    assert found["manifest"]["status"] == "signed"
    (signed / "model.sig").unlink()
    assert "status: signed, but its signature is missing" in do(capsys, "show", signed)
    found = json.loads(do(capsys, "show", signed, "--json"))
    assert (found["signature"], found["doubt"]) == ("none", None)


def test_an_expired_bundle_is_shown_as_one(capsys, tmp_path):
    make_bundle(tmp_path / "b", not_after=datetime(2001, 1, 1, tzinfo=UTC))
    said = do(capsys, "show", tmp_path / "b")
    assert "EXPIRED on 2001-01-01" in said
    assert json.loads(do(capsys, "show", tmp_path / "b", "--json"))["expired"] is True


def test_a_damaged_bundle_is_not_shown(capsys, bundle, tmp_path):
    (bundle / "dual.onnx").write_bytes(b"")
    assert "sha256 differs" in fail(capsys, "show", bundle)
    assert "no folder" in fail(capsys, "show", tmp_path / "none")


def test_a_bundle_is_written_for_triton_beside_what_is_shown(capsys, bundle, tmp_path):
    out = do(capsys, "show", bundle, "--triton", tmp_path / "models")
    assert out.splitlines()[0].endswith("models: test_dual")
    assert (tmp_path / "models" / "test_dual" / "1" / "model.onnx").read_bytes() == (
        bundle / "dual.onnx"
    ).read_bytes()
    code, _, err = run(capsys, "bundle", "show", bundle, "--triton", bundle)
    assert code == 1
    assert len(err.splitlines()) == 1
