"""The part of a dataset that one network learns from."""

from pathlib import Path
from typing import Final

from cargosight.retraining.survey import Survey
from data.dataset import INDEX, Dataset, DatasetIndex, IndexedScan, Sample
from data.dataset_writing import write_text
from data.errors import DatasetError
from data.files import making_folder
from data.formats import read_scan
from detector.manifest import GraphKind

FOLDERS: Final = "folders"
TRUTH: Final = "truth"


def place_part(
    dataset: Dataset, given: Path, survey: Survey, graph: GraphKind, out: Path
) -> Path:
    """The dataset itself if all of it is for a graph, else a folder with what is.

    The scans of such a folder stay where they are: it holds links to their folders.

    Args:
        dataset: New or old scans.
        given: Where it is.
        survey: Of its scans.
        graph: Which graph they are for.
        out: Where a part goes that is not all of it; one that is there is taken.

    Raises:
        DatasetError: If links cannot be made, or the scans are elsewhere now.
    """
    fits = {Path(scan.file).resolve(): scan.graph == graph for scan in survey.scans}
    learned = [each for each in dataset.samples if each.scan.resolve() in fits]
    if not learned:
        msg = (
            f"The scans of {given} are not where they were when the retraining began. "
            "Put the dataset back, or begin anew with another --out."
        )
        raise DatasetError(msg)
    own = [sample for sample in learned if fits[sample.scan.resolve()]]
    if len(own) == len(learned):
        return given.resolve()
    if not out.exists():
        _write_part(dataset, own, out)
    return out.resolve()


def _write_part(dataset: Dataset, samples: list[Sample], out: Path) -> None:
    folders = sorted({sample.scan.parent.resolve() for sample in samples})
    numbers = {folder: str(number) for number, folder in enumerate(folders)}
    with making_folder(out) as draft:
        _link(draft / FOLDERS, numbers)
        rows = []
        for number, sample in enumerate(samples):
            truth = f"{TRUTH}/{number:06d}.json"
            known = sample.truth(read_scan(sample.scan).size)
            write_text(draft / truth, known.model_dump_json(exclude_none=True))
            home = numbers[sample.scan.parent.resolve()]
            rows.append(
                IndexedScan(
                    scan=f"{FOLDERS}/{home}/{sample.scan.name}",
                    truth=truth,
                    split=sample.split,
                    group=sample.group,
                )
            )
        index = DatasetIndex(
            name=dataset.root.resolve().name,
            synthetic=dataset.synthetic,
            scans=tuple(rows),
        )
        write_text(draft / INDEX, index.model_dump_json(indent=1))


def _link(place: Path, numbers: dict[Path, str]) -> None:
    place.mkdir()
    try:
        for folder, number in numbers.items():
            (place / number).symlink_to(folder, target_is_directory=True)
    except OSError as error:
        msg = (
            f"{place} cannot hold links ({error.strerror or error}), which a dataset "
            "of counts and renderings together needs. Give one of either alone."
        )
        raise DatasetError(msg) from error
