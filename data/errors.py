"""Every exception this project raises.

CargosightError
  ScanError           the parts of a scan do not fit together
  ScanFileError       a file cannot be read or written as a scan
  ScannerProfileError a scanner profile is wrong or unknown
  TruthError          boxes and labels do not fit together or to their scan
  DatasetError        a folder is not a dataset
  SimulationError     the simulator cannot make what was asked
  EncodingError       a scan cannot be encoded for this network
  TilePlanError       the tile size and overlap cannot cover a scan
  BundleError         a bundle is damaged, incomplete or unfit for a scan
    ExpiredError      a bundle may not run any more
    TrustError        a key, or what it signed, cannot be trusted
      UnsignedError   a bundle without a signature may not run here
  DeviceError         the device asked for is not there
  LiveError           columns cannot be taken into a scan that is coming in
  ResultError         results cannot be written, or not be judged
  QualityError        a scanner's image quality cannot be measured or judged
  SuiteError          a suite is not as it was sealed, or cannot be made
  VerdictError        rules are wrong, or cannot be applied
  TrainingError       a training cannot start or go on
  ExportError         a checkpoint cannot be turned into a graph
    ParityError       the graph and its checkpoint disagree
  StationError        a station cannot be set up, or do what was asked
    RecordError       the station's records cannot be read or written
    StreamError       what a scanner sent does not follow the protocol
    NoSuchRecordError there is no record of that name
    ConflictError     the records do not allow it now
    AccessError       whoever asks may not do that
      NoLoginError    nobody is logged in
    BusyError         too much is asked of the station at once
"""

from collections.abc import Mapping


class CargosightError(Exception):
    """Base class: catch this to catch every error of the project."""


class ScanError(CargosightError, ValueError):
    """The parts of a scan do not fit together."""


class ScanFileError(CargosightError):
    """A file cannot be read or written as a scan."""


class ScannerProfileError(CargosightError):
    """A scanner profile is wrong or unknown."""


class TruthError(CargosightError, ValueError):
    """Boxes and labels do not fit together or to their scan."""


class DatasetError(CargosightError):
    """A folder is not a dataset."""


class SimulationError(CargosightError, ValueError):
    """The simulator cannot make what was asked."""


class EncodingError(CargosightError, ValueError):
    """A scan cannot be encoded for this network."""


class TilePlanError(CargosightError, ValueError):
    """The tile size and the overlap cannot cover a scan."""


class BundleError(CargosightError):
    """A bundle is damaged, incomplete or unfit for a scan."""


class ExpiredError(BundleError):
    """A bundle may not run any more."""


class TrustError(BundleError):
    """A key, or what it signed, cannot be read, made or trusted."""


class UnsignedError(TrustError):
    """A bundle without a signature may not run here."""


class DeviceError(CargosightError):
    """The device asked for is not there."""


class LiveError(CargosightError):
    """Columns cannot be taken into a scan that is coming in."""


class ResultError(CargosightError):
    """Results cannot be written, or not be judged."""


class SuiteError(CargosightError):
    """A suite is not as it was sealed, or cannot be made."""


class VerdictError(CargosightError):
    """The rules of a verdict are wrong, or cannot be applied."""


class QualityError(CargosightError):
    """The image quality of a scanner cannot be measured or judged."""


class TrainingError(CargosightError):
    """A training cannot start or go on."""


class ExportError(CargosightError):
    """A checkpoint cannot be turned into a graph."""


class ParityError(ExportError):
    """The graph and its checkpoint disagree."""


class StationError(CargosightError):
    """A station cannot be set up, or cannot do what was asked.

    Attributes:
        code: What it is for pages, which say it in their own words; None if no page
            meets it.
        facts: The numbers and names of the message.
    """

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        facts: Mapping[str, str | int | float] | None = None,
    ) -> None:
        """Take the message, which says all of it in one line."""
        super().__init__(message)
        self.code = code
        self.facts = dict(facts or {})


class RecordError(StationError):
    """The records of a station cannot be read or written."""


class StreamError(StationError):
    """What a scanner sent does not follow the protocol."""


class NoSuchRecordError(StationError):
    """There is no record of that name."""


class ConflictError(StationError):
    """The state of the records does not allow what was asked."""


class AccessError(StationError):
    """Whoever asks may not do that."""


class NoLoginError(AccessError):
    """Nobody is logged in, or not any more."""


class BusyError(StationError):
    """Too much is asked of a station at once."""
