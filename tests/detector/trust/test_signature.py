"""Tests of signatures as bytes: one form, and not a bit of it may change."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from model_signing.hashing import Config as HashingConfig
from model_signing.verifying import Config as VerifyingConfig

from data.errors import TrustError
from detector.bundle import read_bundle
from detector.manifest import MANIFEST, SIGNATURE
from detector.trust.keys import read_public_key
from detector.trust.signature import (
    ORDER,
    Envelope,
    read_envelope,
    shrink_signature,
    verify_signature,
)
from detector.trust.signing import sign_folder
from tests.detector.graphs import make_bundle
from tests.detector.trust.signed import read_payload, sign_payload

PLACE = Path("bundle")


@pytest.fixture
def content(sealed):
    """Bytes of a signature."""
    return (sealed[0] / SIGNATURE).read_bytes()


def verify(content, pinned):
    return verify_signature(content, pinned.keys, PLACE)


def refuse(content, pinned):
    with pytest.raises(TrustError) as met:
        verify(content, pinned)
    assert "\n" not in str(met.value)
    return str(met.value)


def refused(content, pinned):
    try:
        verify(content, pinned)
    except TrustError:
        return True
    return False


def test_a_signature_tells_who_signed_which_files(sealed, pinned, content):
    key, resources = verify(content, pinned)
    bundle = read_bundle(sealed[0])
    assert key is pinned.keys[0]
    assert resources == {MANIFEST: bundle.sha256} | bundle.manifest.files


def test_the_tool_of_openssf_verifies_it_too(signed, keys):
    config = VerifyingConfig()
    config.use_elliptic_key_verifier(public_key=keys / "port.pem")
    hashing = HashingConfig().set_ignored_paths(paths=[], ignore_git_paths=False)
    config.set_hashing_config(hashing)
    config.verify(signed, signed / SIGNATURE)
    (signed / "dual.onnx").write_bytes(b"")
    with pytest.raises(ValueError, match="mismatch"):
        config.verify(signed, signed / SIGNATURE)


def test_every_truncation_and_all_that_is_added_is_refused(content, pinned):
    assert all(refused(content[:end], pinned) for end in range(len(content)))
    for more in (b"\n", b" ", b"\0", b"x" * 300_000):
        assert refused(content + more, pinned)
        assert refused(more + content, pinned)


def test_signing_gives_the_smaller_s_and_the_other_is_refused(content, pinned):
    envelope = read_envelope(content, PLACE)
    r, s = decode_dss_signature(envelope.signature)
    assert s <= ORDER // 2
    other = encode_dss_signature(r, ORDER - s)
    # It is just as good to a library, so that this test means something.
    pinned.keys[0].key.verify(other, envelope.signed_bytes, ec.ECDSA(SHA256()))
    changed = Envelope(envelope.hint, envelope.payload, other).as_bytes()
    assert "is not what port signed" in refuse(changed, pinned)
    assert shrink_signature(other) == envelope.signature


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"\0",
        b"\x30\x06\x02\x01\x00\x02\x01\x00",
        b"\x30\x06\x02\x01\x01\x02\x01\xff",
    ],
)
def test_what_is_no_ecdsa_signature_is_refused(content, pinned, signature):
    envelope = read_envelope(content, PLACE)
    refuse(Envelope(envelope.hint, envelope.payload, signature).as_bytes(), pinned)


def test_der_with_a_byte_too_many_is_refused(content, pinned):
    envelope = read_envelope(content, PLACE)
    longer = envelope.signature + b"\0"
    refuse(Envelope(envelope.hint, envelope.payload, longer).as_bytes(), pinned)


def reform(change):
    """Change the JSON of a signature."""

    def apply(content):
        written = json.loads(content)
        change(written)
        return json.dumps(written, separators=(",", ":")).encode()

    return apply


def pad(content):
    """The last character of the signature's base64 with bits that do not count."""
    text = json.loads(content)["dsseEnvelope"]["payload"]
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = len(text.rstrip("=")) - 1
    other = text[:place] + digits[digits.index(text[place]) + 1] + text[place + 1 :]
    assert base64.b64decode(other) == base64.b64decode(text)
    return content.replace(text.encode(), other.encode())


OTHER_FORMS = {
    "blanks": lambda content: json.dumps(json.loads(content)).encode(),
    "indent": lambda content: json.dumps(json.loads(content), indent=1).encode(),
    "order": lambda content: json.dumps(
        json.loads(content), separators=(",", ":"), sort_keys=True
    ).encode(),
    "duplicate key": lambda content: content.replace(
        b'{"media', b'{"mediaType":"","media'
    ),
    "same key twice": lambda content: content.replace(
        b'"keyid":""', b'"keyid":"","keyid":""'
    ),
    "escape": lambda content: content.replace(b"mediaType", b"media\\u0054ype"),
    "mark": lambda content: b"\xef\xbb\xbf" + content,
    "utf-16": lambda content: content.decode().encode("utf-16"),
    "no base64": lambda content: content.replace(b'"payload":"', b'"payload":"A'),
    "urlsafe": lambda content: content.replace(b'"payload":"', b'"payload":"-'),
    "further key": reform(lambda written: written.update(more=1)),
    "key id": reform(lambda w: w["dsseEnvelope"]["signatures"][0].update(keyid="x")),
    "two": reform(
        lambda w: w["dsseEnvelope"]["signatures"].append(
            w["dsseEnvelope"]["signatures"][0]
        )
    ),
    "none": reform(lambda w: w["dsseEnvelope"].update(signatures=[])),
    "log": reform(lambda w: w["verificationMaterial"].update(tlogEntries=[{}])),
    "no hint": reform(lambda w: w["verificationMaterial"]["publicKey"].update(hint="")),
    "deep": lambda content: b"[" * 50 * len(content),
    "list": lambda content: b"[" + content + b"]",
    "nothing": lambda content: content[:0],
}


@pytest.mark.parametrize("change", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_other_forms_of_the_same_signature_are_refused(content, pinned, change):
    changed = change(content)
    assert changed != content
    assert "not in the form" in refuse(changed, pinned)


def test_bits_in_the_padding_of_base64_count(tmp_path, keys, pinned):
    padded = 0
    for name in ("b", "bu", "bun"):
        make_bundle(tmp_path / name)
        sign_folder(tmp_path / name, keys / "port.key")
        content = (tmp_path / name / SIGNATURE).read_bytes()
        verify(content, pinned)
        if json.loads(content)["dsseEnvelope"]["payload"].endswith("="):
            padded += 1
            assert "not in the form" in refuse(pad(content), pinned)
    assert padded == 2


def test_a_foreign_key_is_refused_under_its_own_and_under_our_hint(
    sealed, keys, pinned
):
    foreign = sign_payload(read_payload(sealed[0]), keys / "other.key")
    assert "not trusted" in refuse(foreign, pinned)
    hint = read_public_key(keys / "other.pem").hint
    posing = foreign.replace(hint.encode(), pinned.keys[0].hint.encode())
    assert "is not what port signed" in refuse(posing, pinned)
    assert "not trusted" in refuse(foreign, type(pinned)(()))


def state(change):
    """Change the statement, and sign it well."""

    def apply(payload):
        written = json.loads(payload)
        change(written)
        return json.dumps(written).encode()

    return apply


def point_to(name, value):
    return state(lambda w: w["predicate"]["serialization"].update({name: value}))


def repeat_first(written):
    resources = written["predicate"]["resources"]
    resources.append(resources[0])
    digests = b"".join(bytes.fromhex(each["digest"]) for each in resources)
    written["subject"][0]["digest"]["sha256"] = hashlib.sha256(digests).hexdigest()


STATEMENTS = {
    "noise": lambda payload: payload[::-1] + b"\xff",
    "cut": lambda payload: payload[:-1],
    "twice": lambda payload: payload.replace(b'"_type"', b'"_type": "", "_type"', 1),
    "deep": lambda payload: b"[" * 50 * len(payload),
    "type": state(lambda written: written.update(_type="other")),
    "predicate": state(lambda written: written.update(predicateType="other")),
    "old form": state(
        lambda w: w.update(predicateType="https://model_signing/Digests/v0.1")
    ),
    "more": state(lambda written: written.update(more=1)),
    "a number": lambda payload: b"%d" % len(payload),
    "null": state(lambda written: written.update(predicate=None)),
    "a list": lambda payload: b"[" + payload + b"]",
    "no subject": state(lambda written: written.update(subject=[])),
    "two subjects": state(
        lambda written: written["subject"].append(written["subject"][0])
    ),
    "no files": state(lambda written: written["predicate"].update(resources=[])),
    "a file twice": state(repeat_first),
    "digest of all": state(lambda w: w["subject"][0]["digest"].update(sha256="0" * 64)),
    "hash": point_to("hash_type", "blake2"),
    "method": point_to("method", "shards"),
    "links": point_to("allow_symlinks", True),
    "left out": point_to("ignore_paths", ["model.sig", "evil.onnx"]),
}


@pytest.mark.parametrize("change", STATEMENTS.values(), ids=STATEMENTS)
def test_what_is_signed_but_states_no_files_is_refused(sealed, keys, pinned, change):
    payload = change(read_payload(sealed[0]))
    content = sign_payload(payload, keys / "port.key")
    assert "does not state files" in refuse(content, pinned)


def test_a_statement_signed_again_is_as_good(sealed, keys, pinned):
    content = sign_payload(read_payload(sealed[0]), keys / "port.key")
    assert verify(content, pinned)[0] is pinned.keys[0]
