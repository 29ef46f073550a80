"""Write DICOS files, such as a scanner sends.

Two frames of a digital X-ray picture for processing (high, low), or one; a display scan
is a picture for presentation. Every element goes by its public keyword. What DICOS has
no element for (air and dark levels, both energies) is the JSON of
`data.formats.metadata`, so a scan comes back as it was.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from data.files import replacing
from data.formats.dicom import ENDINGS
from data.formats.dicom_header import OWN, PRESENTATION, guarding
from data.formats.metadata import write_metadata
from data.formats.opening import bad_file
from data.scan import Scan, ScanInfo

if TYPE_CHECKING:
    from pydicom import FileDataset

PROCESSING: Final = "1.2.840.10008.5.1.4.1.1.501.2.2"
"""DICOS DX for processing."""

_EXPLICIT: Final = "1.2.840.10008.1.2.1"
_SHORT: Final = 16

Elements: TypeAlias = dict[str, object]
"""Values by the keywords of their elements; None where there is nothing to say."""


def write_dicos(scan: Scan, path: Path, *, number: str | None = None) -> None:
    """Write a scan as a DICOS digital X-ray picture, losslessly.

    Args:
        scan: Any scan.
        path: Ends in .dcm, .dcs or .dicos. It appears whole or not at all.
        number: Which inspection it is a view of: its accession number if it has up to
            16 characters; the study is the same for the same number in any case.

    Raises:
        ScanFileError: If the ending is another one, pydicom is not installed, or the
            file cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise bad_file(path, "is not a name for a DICOS file. Let it end in .dcm.")
    try:
        with guarding(path):
            dataset = build_dicos(scan, number=number)
            with replacing(path) as draft:
                dataset.save_as(draft, enforce_file_format=True)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}. Check the folder."
        raise bad_file(path, what) from error


def build_dicos(scan: Scan, *, number: str | None = None) -> "FileDataset":
    """Make the dataset of a scan; see `write_dicos`."""
    from pydicom.dataset import FileDataset, FileMetaDataset  # noqa: PLC0415 - an extra
    from pydicom.uid import UID, generate_uid  # noqa: PLC0415

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(_EXPLICIT)
    dataset = FileDataset("", {}, preamble=bytes(128), file_meta=meta)
    elements = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPInstanceUID": generate_uid(),
        "StudyInstanceUID": generate_uid(entropy_srcs=[number] if number else None),
        "SeriesInstanceUID": generate_uid(),
        "AccessionNumber": number if number and len(number) <= _SHORT else None,
        **_state_info(scan.info),
        **_state_kind(scan),
        **_state_pixels(scan),
        OWN: write_metadata(scan),
    }
    for keyword, value in elements.items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def _state_info(info: ScanInfo) -> Elements:
    from pydicom.valuerep import DSfloat  # noqa: PLC0415 - an extra

    moment = info.acquired or datetime.now().astimezone()
    pitch = [DSfloat(side, auto_format=True) for side in reversed(info.pitch_mm or ())]
    energies = [DSfloat(mv * 1000, auto_format=True) for mv in info.energies_mv]
    return {
        "AcquisitionDateTime": f"{moment:%Y%m%d%H%M%S.%f%z}",
        "PatientID": " ".join(info.containers)[:64],
        "OOIType": "CARGO",
        "ScanType": "OPERATIONAL",
        "ManufacturerModelName": info.scanner and info.scanner[:64],
        "SeriesDescription": info.view and info.view[:64],
        "PixelSpacing": pitch or None,
        "KVP": energies[0] if energies else None,
    }


def _state_kind(scan: Scan) -> Elements:
    shown = scan.display is not None
    return {
        "SOPClassUID": PRESENTATION[1] if shown else PROCESSING,
        "Modality": "DX",
        "PresentationIntentType": f"FOR {'PRESENTATION' if shown else 'PROCESSING'}",
        "PhotometricInterpretation": "RGB" if shown else "MONOCHROME2",
        "PixelIntensityRelationship": "DISP" if shown else "LIN",
        "PixelIntensityRelationshipSign": 1,
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
    }


def _state_pixels(scan: Scan) -> Elements:
    shown = scan.display is not None
    planes = [p for p in (scan.display, scan.high, scan.low) if p is not None]
    bits = 8 if shown else 16
    body = np.stack(planes).astype("u1" if shown else "<u2", copy=False).tobytes()
    return {
        "Columns": scan.size[0],
        "Rows": scan.size[1],
        "NumberOfFrames": len(planes),
        "SamplesPerPixel": 3 if shown else 1,
        "PlanarConfiguration": 0 if shown else None,
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
        "PixelData": body + b"\0" * (len(body) % 2),
    }
