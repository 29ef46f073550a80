"""Write DICOS files, such as a scanner sends.

Two frames of a digital X-ray picture for processing (high, low), or one; a display scan
is a picture for presentation. Every element goes by its public keyword. What DICOS has
no element for (air and dark levels, both energies) is the JSON of
`data.formats.metadata`, so a scan comes back as it was.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from data.files import replacing
from data.formats.dicom import ENDINGS
from data.formats.dicom_header import OWN, PRESENTATION, guarding
from data.formats.metadata import write_metadata
from data.formats.opening import bad_file
from data.scan import Scan

if TYPE_CHECKING:
    from pydicom import FileDataset

PROCESSING: Final = "1.2.840.10008.5.1.4.1.1.501.2.2"
"""DICOS DX for processing."""

_EXPLICIT: Final = "1.2.840.10008.1.2.1"
_SHORT: Final = 16


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

    shown = scan.display is not None
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(_EXPLICIT)
    dataset = FileDataset("", {}, preamble=bytes(128), file_meta=meta)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = UID(PRESENTATION[1] if shown else PROCESSING)
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=[number] if number else None)
    dataset.SeriesInstanceUID = generate_uid()
    dataset.Modality = "DX"
    if number and len(number) <= _SHORT:
        dataset.AccessionNumber = number
    _state_info(dataset, scan)
    _state_pixels(dataset, scan)
    setattr(dataset, OWN, write_metadata(scan))
    return dataset


def _state_info(dataset: "FileDataset", scan: Scan) -> None:
    from pydicom.valuerep import DSfloat  # noqa: PLC0415 - an extra

    info = scan.info
    moment = info.acquired or datetime.now().astimezone()
    dataset.AcquisitionDateTime = f"{moment:%Y%m%d%H%M%S.%f%z}"
    dataset.PatientID = " ".join(info.containers)[:64]
    dataset.OOIType = "CARGO"
    dataset.ScanType = "OPERATIONAL"
    if info.scanner:
        dataset.ManufacturerModelName = info.scanner[:64]
    if info.view:
        dataset.SeriesDescription = info.view[:64]
    if info.pitch_mm:
        pitch = [DSfloat(side, auto_format=True) for side in reversed(info.pitch_mm)]
        dataset.PixelSpacing = pitch
    if info.energies_mv:
        dataset.KVP = DSfloat(info.energies_mv[0] * 1000, auto_format=True)


def _state_pixels(dataset: "FileDataset", scan: Scan) -> None:
    shown = scan.display is not None
    planes = [p for p in (scan.display, scan.high, scan.low) if p is not None]
    bits = 8 if shown else 16
    dataset.Columns, dataset.Rows = scan.size
    dataset.NumberOfFrames = len(planes)
    dataset.SamplesPerPixel = 3 if shown else 1
    dataset.PhotometricInterpretation = "RGB" if shown else "MONOCHROME2"
    if shown:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = 0
    dataset.PixelIntensityRelationship = "DISP" if shown else "LIN"
    dataset.PixelIntensityRelationshipSign = 1
    purpose = "PRESENTATION" if shown else "PROCESSING"
    dataset.PresentationIntentType = f"FOR {purpose}"
    dataset.BurnedInAnnotation = "NO"
    dataset.LossyImageCompression = "00"
    body = np.stack(planes).astype("u1" if shown else "<u2", copy=False).tobytes()
    dataset.PixelData = body + b"\0" * (len(body) % 2)
