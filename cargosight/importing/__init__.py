"""Import scans into a dataset, from wherever they and their labels are.

Modules:
    wish: what is to be imported.
    reviewing: which labels a person has let stand.
    gathering: scans and labels, for each kind of source.
    importing: the whole of it.
"""

from cargosight.importing.importing import Brought, import_dataset
from cargosight.importing.wish import SOURCES, ImportWish

__all__ = ["SOURCES", "Brought", "ImportWish", "import_dataset"]
