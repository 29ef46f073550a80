"""DICOM and DICOS: what each kind of file becomes, and files that are refused."""

import sys
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import DataElement, Dataset, dcmread
from pydicom.datadict import dictionary_has_tag
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import get_encoder
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    RLELossless,
)

from data.errors import ScanFileError
from data.formats import find_scans, read_scan
from data.formats.dicom import find_number
from data.formats.dicom_writing import build_dicos, write_dicos
from data.formats.levels import fill_levels
from data.scan import Scan, ScanInfo
from tests.data.formats.samples import (
    assert_same,
    load,
    make_colour,
    make_dual,
    make_plane,
)

INFO = ScanInfo(
    pitch_mm=(4.0, 4.5),
    pitch_source="file",
    energies_mv=(6.0, 4.0),
    scanner="Prüfstand 1",
    view="side",
    acquired=datetime(2026, 3, 1, 12, 30, 5, 250000, tzinfo=UTC),
    containers=("CSQU3054383", "CBHU3202732"),
    synthetic=True,
)


def state(scan=None, **elements) -> Dataset:
    """A dataset as of another program: without our JSON, with other elements."""
    dataset = build_dicos(scan or make_dual())
    del dataset.TextValue
    for keyword, value in elements.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return dataset


def save(dataset, path) -> Any:
    dataset.save_as(path, enforce_file_format=True)
    return path


def pack(dataset, frames) -> None:
    """Put packed frames into a dataset."""
    content = encapsulate(frames)
    dataset["PixelData"] = DataElement(
        "PixelData", "OB", content, is_undefined_length=True
    )


def single(plane=None) -> Scan:
    high = make_plane() if plane is None else plane
    return Scan(high=high, air=fill_levels([6e4], 16), dark=fill_levels([0], 16))


@pytest.mark.parametrize("kind", ["dual", "single", "display", "rows"])
def test_what_was_written_is_read_back_whole(tmp_path, kind):
    dual = make_dual()
    air = fill_levels([6e4, 5e4], 16)
    air += np.arange(16, dtype=np.float32) / 3
    scan = {
        "dual": Scan(dual.high, dual.low, air=dual.air, dark=dual.dark, info=INFO),
        "single": single(),
        "display": Scan(display=make_colour(23, 15), info=INFO),
        "rows": Scan(dual.high, dual.low, air=air, dark=dual.dark, info=INFO),
    }[kind]
    write_dicos(scan, tmp_path / "a.dcm", number="C-17")
    assert_same(read_scan(tmp_path / "a.dcm"), scan)


def test_every_element_written_is_a_public_one_of_the_standard(tmp_path):
    write_dicos(make_dual(), tmp_path / "a.dcs", number="C-17")
    dataset = dcmread(tmp_path / "a.dcs")
    assert all(dictionary_has_tag(element.tag) for element in dataset)
    assert dataset.SOPClassUID.keyword == "DICOSDigitalXRayImageStorageForProcessing"
    assert dataset.pixel_array.shape == (2, 16, 24)
    assert dataset.AccessionNumber == "C-17"
    assert dataset.KVP == 6000
    assert list(dataset.PixelSpacing) == [4.5, 4.0]


def test_two_frames_of_another_program_are_high_and_low_with_estimated_air(tmp_path):
    scan = load(save(state(), tmp_path / "a.dcm"))
    assert scan.kind == "dual"
    np.testing.assert_array_equal(scan.high, make_dual().high)
    np.testing.assert_array_equal(scan.low, make_dual().low)
    assert scan.info.air_source == "estimated"
    assert scan.info.pitch_mm == (4.0, 4.5)
    assert scan.info.energies_mv == (6.0,)


def test_one_frame_is_a_single_scan_in_implicit_syntax_too(tmp_path):
    dataset = state(single())
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    scan = load(save(dataset, tmp_path / "a.dicos"))
    assert scan.kind == "single"
    np.testing.assert_array_equal(scan.high, make_plane())


def test_inverted_counts_are_turned_over_within_their_bits(tmp_path):
    turned = {"PhotometricInterpretation": "MONOCHROME1", "BitsStored": 12}
    stored = make_plane() // 16
    dataset = state(
        single(stored), **turned, HighBit=11, PixelIntensityRelationshipSign=None
    )
    scan = load(save(dataset, tmp_path / "a.dcm"))
    np.testing.assert_array_equal(scan.high, 4095 - stored)


@pytest.mark.parametrize(
    ("photometric", "sign", "turned"),
    [
        ("MONOCHROME1", 1, False),
        ("MONOCHROME2", -1, True),
        ("MONOCHROME1", None, True),
        ("MONOCHROME2", None, False),
    ],
)
def test_the_sign_of_the_readings_goes_before_how_they_are_shown(
    tmp_path, photometric, sign, turned
):
    dataset = state(
        single(),
        PhotometricInterpretation=photometric,
        PixelIntensityRelationshipSign=sign,
    )
    scan = load(save(dataset, tmp_path / "a.dcm"))
    expected = 65535 - make_plane() if turned else make_plane()
    np.testing.assert_array_equal(scan.high, expected)


def test_overlays_above_the_stored_bits_are_left_out(tmp_path):
    stored = make_plane() // 16
    dataset = state(single(stored | 0x1000), BitsStored=12, HighBit=11)
    scan = load(save(dataset, tmp_path / "a.dcm"))
    np.testing.assert_array_equal(scan.high, stored)


def test_eight_bit_grey_is_a_display_scan(tmp_path):
    grey = make_colour()[:, :, 0].copy()
    dataset = state(
        single(),
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PhotometricInterpretation="MONOCHROME1",
        PresentationIntentType="FOR PRESENTATION",
        PixelData=grey.tobytes(),
    )
    scan = load(save(dataset, tmp_path / "a.dcm"))
    assert scan.kind == "display"
    np.testing.assert_array_equal(scan.display[:, :, 1], 255 - grey)


def test_colours_come_interleaved_or_plane_by_plane(tmp_path):
    picture = make_colour()
    dataset = state(Scan(display=picture))
    np.testing.assert_array_equal(
        read_scan(save(dataset, tmp_path / "a.dcm")).display, picture
    )
    by_plane = picture.transpose(2, 0, 1).tobytes()
    dataset = state(Scan(display=picture), PlanarConfiguration=1, PixelData=by_plane)
    np.testing.assert_array_equal(
        read_scan(save(dataset, tmp_path / "b.dcm")).display, picture
    )


def test_sixteen_bits_for_presentation_are_shown_through_their_window(tmp_path):
    plane = np.array([[0, 1000, 1500, 2000, 4095]], np.uint16)
    scan = Scan(high=plane, air=np.full((1, 1), 9, "f4"), dark=np.zeros((1, 1), "f4"))
    dataset = state(
        scan,
        PresentationIntentType="FOR PRESENTATION",
        BitsStored=12,
        HighBit=11,
        WindowCenter=1500.5,
        WindowWidth=1001,
    )
    shown = load(save(dataset, tmp_path / "a.dcm")).display
    assert shown[0, :, 0].tolist() == [0, 0, 128, 255, 255]


def test_the_pitch_of_a_detector_is_brought_to_the_object(tmp_path):
    dataset = state(
        PixelSpacing=None,
        ImagerPixelSpacing=[6.0, 5.0],
        EstimatedRadiographicMagnificationFactor=1.25,
    )
    info = read_scan(save(dataset, tmp_path / "a.dcm")).info
    assert (info.pitch_mm, info.pitch_source) == ((4.0, 4.8), "file")


def test_a_voltage_of_a_tube_is_no_energy_of_an_accelerator(tmp_path):
    assert read_scan(save(state(KVP=160), tmp_path / "a.dcm")).info.energies_mv == ()


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (
            {"AcquisitionDateTime": "20260301123005.25+0200"},
            datetime(2026, 3, 1, 12, 30, 5, 250000, timezone(timedelta(hours=2))),
        ),
        (
            {
                "AcquisitionDateTime": None,
                "ContentDate": "20260301",
                "ContentTime": "1230",
                "TimezoneOffsetFromUTC": "-0500",
            },
            datetime(2026, 3, 1, 17, 30, tzinfo=UTC),
        ),
        (
            {"AcquisitionDateTime": "20260301123005"},
            datetime(2026, 3, 1, 12, 30, 5).astimezone(),
        ),
        ({"AcquisitionDateTime": "20260230"}, None),
        ({"AcquisitionDateTime": None}, None),
    ],
)
def test_when_it_was_made_comes_with_a_zone(tmp_path, elements, expected):
    info = read_scan(save(state(**elements), tmp_path / "a.dcm")).info
    assert info.acquired == expected


def test_only_valid_container_numbers_are_taken(tmp_path):
    dataset = state(PatientID="CSQU 305438-3, MSCU1234567", StudyID="cbhu3202732")
    info = read_scan(save(dataset, tmp_path / "a.dcm")).info
    assert info.containers == ("CSQU3054383", "CBHU3202732")


def test_the_inspection_goes_by_its_accession_number_or_its_study(tmp_path):
    write_dicos(make_dual(), tmp_path / "a.dcm", number="C-17")
    write_dicos(make_dual(), tmp_path / "b.dcm", number="a number of 22 letters")
    write_dicos(make_dual(), tmp_path / "c.dcm", number="a number of 22 letters")
    assert find_number(tmp_path / "a.dcm") == "C-17"
    assert find_number(tmp_path / "b.dcm") == find_number(tmp_path / "c.dcm")
    assert (
        find_number(tmp_path / "b.dcm") == dcmread(tmp_path / "b.dcm")[0x20000D].value
    )


def test_run_lengths_are_decoded(tmp_path):
    dataset = state()
    frames = dataset.pixel_array
    encoder = get_encoder(RLELossless)
    packed = [encoder.encode(dataset, index=index) for index in (0, 1)]
    pack(dataset, packed)
    dataset.file_meta.TransferSyntaxUID = RLELossless
    scan = load(save(dataset, tmp_path / "a.dcm"))
    np.testing.assert_array_equal(np.stack([scan.high, scan.low]), frames)


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"PixelIntensityRelationship": "LOG"}, "logarithmic"),
        ({"RescaleSlope": 2, "RescaleIntercept": 0}, "rescales its pixels"),
        ({"PixelRepresentation": 1}, "signed samples"),
        ({"HighBit": 14}, "bits up to bit 14"),
        ({"BitsAllocated": 32}, "16 in 32 bits|32 bits"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "as PALETTE COLOR"),
        ({"NumberOfFrames": 3}, "has 3 frames"),
        ({"PresentationIntentType": "FOR PRESENTATION"}, "has 2 frames"),
        ({"Rows": None}, "holds no picture"),
        ({"Rows": 17}, "bytes of pixels where"),
        ({"PixelData": None}, "damaged"),
        ({"PixelSpacing": [0, 4]}, "states PixelSpacing"),
        ({"Rows": 60000, "Columns": 60000}, "more than the budget"),
    ],
)
def test_what_is_no_scan_is_refused_in_one_line(tmp_path, elements, said):
    path = save(state(**elements), tmp_path / "a.dcm")
    with pytest.raises(ScanFileError, match=said) as caught:
        read_scan(path)
    assert "\n" not in str(caught.value)


def test_pixels_that_nothing_here_unpacks_are_refused_by_name(tmp_path):
    dataset = state()
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    pack(dataset, [b"\xff\xd8\xff\xd9"] * 2)
    with pytest.raises(ScanFileError, match=r"JPEG Lossless.*Export it uncompressed"):
        read_scan(save(dataset, tmp_path / "a.dcm"))


def test_a_deflated_file_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    dataset = state()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = save(dataset, tmp_path / "a.dcm")
    monkeypatch.setattr(zlib, "decompress", None)
    with pytest.raises(ScanFileError, match=r"Deflated.*Export it uncompressed"):
        read_scan(path)


def test_the_preamble_is_left_alone(tmp_path):
    write_dicos(make_dual(), tmp_path / "a.dcm")
    content = (tmp_path / "a.dcm").read_bytes()
    (tmp_path / "b.dcm").write_bytes(b"#!/bin/sh".ljust(128) + content[128:])
    assert_same(read_scan(tmp_path / "b.dcm"), make_dual())


def test_other_files_are_no_dicom(tmp_path):
    (tmp_path / "a.dcm").write_bytes(bytes(500))
    with pytest.raises(ScanFileError, match="is not a DICOM file"):
        read_scan(tmp_path / "a.dcm")
    with pytest.raises(ScanFileError, match=r"end in \.dcm"):
        write_dicos(make_dual(), tmp_path / "a.tiff")


def test_without_pydicom_the_error_says_what_to_install(tmp_path, monkeypatch):
    write_dicos(make_dual(), tmp_path / "a.dcm")
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(ScanFileError, match=r"Install requirements/station\.lock"):
        read_scan(tmp_path / "a.dcm")


def test_folders_list_dicom_files(tmp_path):
    for name in ("a.dcm", "b.dcs", "c.dicos"):
        write_dicos(make_dual(), tmp_path / name)
    assert len(find_scans([tmp_path])) == 3


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    plain = save(state(), folder / "a.dcm").read_bytes()
    write_dicos(make_dual(), folder / "b.dcm", number="C-17")
    return plain, (folder / "b.dcm").read_bytes()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flipped_bits_give_a_scan_or_our_error(whole, data, tmp_path, capfd):
    content = bytearray(data.draw(st.sampled_from(whole)))
    place = st.integers(128, len(content) - 1) | st.integers(128, 900)
    for index in data.draw(st.lists(place, min_size=1, max_size=6)):
        content[index] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    try:
        scan = read_scan(path, pixel_budget=10**6)
    except ScanFileError as error:
        assert "\n" not in str(error)  # noqa: PT017 - a scan is as good
    else:
        assert isinstance(scan, Scan)
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_truncated_file_is_never_read(whole, data, tmp_path, capfd):
    content = data.draw(st.sampled_from(whole))
    path = tmp_path / "a.dcm"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 2))])
    with pytest.raises(ScanFileError):
        read_scan(path)
    assert capfd.readouterr() == ("", "")


def test_nested_sequences_do_not_lead_astray(tmp_path):
    """Five thousand sequences in each other, none of which ends."""
    write_dicos(make_dual(), tmp_path / "a.dcm")
    content = (tmp_path / "a.dcm").read_bytes()
    start = content.index(b"\x08\x00\x05\x00CS")
    nested = b"\x08\x00\x00\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    (tmp_path / "b.dcm").write_bytes(content[:start] + nested * 5000 + content[start:])
    with pytest.raises(ScanFileError, match="damaged"):
        read_scan(tmp_path / "b.dcm")
