"""From rows of a file to rows of a supplier's catalogue, each with its problem in words where it has one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.formats import read_number
from erp.kernel.tabular import Cell, FileRefused, SheetRow, read_rows
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import Unit

from .rules import CatalogueRow, row_problem

HEADINGS = {
    "code": ("number", "supplier number", "supplier part", "part number", "part", "code", "article"),
    "name": ("name", "description"),
    "unit": ("unit", "uom"),
    "cost": ("cost", "price", "net price", "cost per unit"),
    "lead_time_days": ("lead time", "lead time days", "days"),
    "returnable": ("returnable", "returns"),
    "rank": ("rank",),
    "item": ("our item", "item", "our number"),
}
NEEDED = ("code", "name", "unit", "cost")
TEMPLATE = ("Number", "Name", "Unit", "Cost", "Lead time", "Returnable", "Rank", "Our item")
NO = frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of the file: what it says, or why it cannot be taken."""

    number: int
    row: CatalogueRow | None
    problem: str = ""
    said: str = ""


def read_catalogue(content: bytes) -> list[ReadRow]:
    """The rows of an uploaded list. Raises FileRefused without usable headings."""
    first, *rows = read_rows(content)
    columns = _columns(first)
    if not rows:
        raise FileRefused(reason=_("it has headings, but no rows."))
    codes = [text for row in rows if (text := _text(row, columns, "item"))]
    found = resolve_codes(codes) if codes else None
    units = frozenset(Unit.objects.values_list("pk", flat=True))
    seen: set[str] = set()
    read = []
    for row in rows:
        said = " | ".join(str(cell)[:40] for cell in row.cells)[:200]
        ours = _text(row, columns, "item")
        item_id = found.get(ours) if found is not None and ours else None
        problem, made = row.problem, None
        if not problem and ours and item_id is None:
            problem = _("No one item of ours is known as “%(code)s”.") % {"code": ours}
        if not problem:
            try:
                made = _row(row, columns, item_id)
            except ValueError as error:
                problem = str(error)
        if made is not None:
            problem = row_problem(made, units)
            if not problem and made.code.upper() in seen:
                problem = _("The number stands in the list before.")
            seen.add(made.code.upper())
        read.append(ReadRow(row.number, None if problem else made, problem, said))
    return read


def _columns(first: SheetRow) -> dict[str, int]:
    names = {heading: name for name, headings in HEADINGS.items() for heading in headings}
    columns: dict[str, int] = {}
    for place, cell in enumerate(first.cells):
        name = names.get(re.sub(r"[\s_.,]+", " ", str(cell).lower()).strip())
        if name in columns:
            raise FileRefused(reason=_("two columns are headed “%(heading)s”.") % {"heading": str(cell)[:40]})
        if name:
            columns[name] = place
    if missing := [HEADINGS[name][0] for name in NEEDED if name not in columns]:
        text = _("no column is headed %(missing)s.") % {"missing": ", ".join(missing)}
        raise FileRefused(reason=text)
    return columns


def _cell(row: SheetRow, columns: dict[str, int], name: str) -> Cell:
    place = columns.get(name)
    return row.cells[place] if place is not None and place < len(row.cells) else ""


def _text(row: SheetRow, columns: dict[str, int], name: str) -> str:
    cell = _cell(row, columns, name)
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else cell.strip()


def _row(row: SheetRow, columns: dict[str, int], item_id: int | None) -> CatalogueRow:
    """Raises ValueError with one sentence for a figure that is none."""
    days, rank = _text(row, columns, "lead_time_days"), _text(row, columns, "rank")
    return CatalogueRow(
        code=_text(row, columns, "code"),
        name=_text(row, columns, "name"),
        unit=_text(row, columns, "unit").upper(),
        cost=_figure(row, columns, "cost"),
        lead_time_days=_whole(days) if days else None,
        returnable=_text(row, columns, "returnable").lower() not in NO,
        rank=_whole(rank) if rank else 1,
        item_id=item_id,
    )


def _figure(row: SheetRow, columns: dict[str, int], name: str) -> Decimal:
    cell = _cell(row, columns, name)
    return cell if isinstance(cell, Decimal) else read_number(cell)


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise ValueError(_("“%(text)s” is not a whole number.") % {"text": text[:20]})
    return int(text)


def problems_of(rows: Sequence[ReadRow]) -> list[ReadRow]:
    return [row for row in rows if row.problem]
