"""A supplier's list, taken in one go (OC13)."""

from collections.abc import Sequence
from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.catalogue.errors import CatalogueRefused
from masterdata.catalogue.models import CatalogueItem
from masterdata.catalogue.permissions import CHANGE_CATALOGUE
from masterdata.catalogue.queries import compared
from masterdata.catalogue.rules import CatalogueRow, row_problem
from masterdata.items.models import Unit
from masterdata.parties.models import Supplier
from masterdata.records import locked


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows came, changed and were as they are."""

    new: int
    changed: int
    same: int


@command("masterdata.load_catalogue")
def load_catalogue(batch: Batch, *, supplier_id: int, rows: Sequence[CatalogueRow]) -> Loaded:
    """Add and change rows of a supplier's catalogue; what the list does not name stays. All rows or none.

    The number of statements does not depend on the rows. Raises NotFound, CatalogueRefused.
    """
    supplier = locked(Supplier.objects.all(), supplier_id)  # lists of one supplier follow each other
    batch.actor.require(CHANGE_CATALOGUE, company=supplier.company_id)
    refuse_bad(rows)
    found = compared(supplier_id, rows)
    batch.insert(
        CatalogueItem,
        supplier=supplier_id,
        code=[row.code for row in found.new],
        item=[row.item_id for row in found.new],
        **_columns(found.new),
    )
    changed = [each.row for each in found.changed]
    batch.update(
        CatalogueItem, [each.row_id for each in found.changed], **_columns(changed), add={"version": 1}
    )
    linked = [each for each in found.changed if "item_id" in each.before]
    batch.update(CatalogueItem, [each.row_id for each in linked], item=[each.row.item_id for each in linked])
    return Loaded(len(found.new), len(found.changed), found.same)


def refuse_bad(rows: Sequence[CatalogueRow]) -> None:
    """Raise CatalogueRefused when a row of the list cannot be taken; one statement."""
    units = frozenset(Unit.objects.values_list("pk", flat=True))
    problems = [(place, row_problem(row, units)) for place, row in enumerate(rows, 1)]
    problems = [(place, problem) for place, problem in problems if problem]
    if len({row.code.upper() for row in rows}) < len(rows):
        problems.append((len(rows), "a number stands in the list twice."))
    if problems:
        raise CatalogueRefused(count=len(problems), row=problems[0][0], reason=problems[0][1])


def _columns(rows: Sequence[CatalogueRow]) -> dict[str, list[object]]:
    return {
        "name": [row.name for row in rows],
        "unit": [row.unit for row in rows],
        "cost": [row.cost for row in rows],
        "lead_time_days": [row.lead_time_days for row in rows],
        "returnable": [row.returnable for row in rows],
        "rank": [row.rank for row in rows],
        "search": [row.search for row in rows],
    }
