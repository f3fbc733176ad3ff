"""What people and programs write for the lines of an invoice: numbers and codes instead of ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.ledger.models import Account
from billing.payables.capturing import InvoiceLine
from erp.kernel.errors import NotFound
from inventory.purchasing.models import PurchaseOrderLine
from inventory.supplier_returns.models import SupplierReturn


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line with the number of its purchase order and its line there, of a return, or the code of an account."""

    net: Decimal
    quantity: Decimal = Decimal(1)
    order: str = ""
    order_line: int | None = None
    supplier_return: str = ""
    account: str = ""
    is_freight: bool = False
    description: str = ""


def invoice_lines(rows: Sequence[WrittenLine], *, company_id: int) -> list[InvoiceLine]:
    """The lines with the ids of what they name in a company; three statements. Raises NotFound for what is not."""
    ordered = _ordered((row.order for row in rows if row.order), company_id)
    returns = _by_name(
        SupplierReturn.objects.filter(company=company_id), "number", (row.supplier_return for row in rows)
    )
    accounts = _by_name(Account.objects.filter(company=company_id), "code", (row.account for row in rows))
    return [
        InvoiceLine(
            net=row.net,
            quantity=row.quantity,
            purchase_line_id=_order_line(ordered, row) if row.order else None,
            return_id=_named(returns, row.supplier_return, _("supplier return")),
            account_id=_named(accounts, row.account, _("account")),
            is_freight=row.is_freight,
            description=row.description,
        )
        for row in rows
    ]


def _ordered(numbers: Iterable[str], company_id: int) -> dict[tuple[str, int], int]:
    rows = PurchaseOrderLine.objects.filter(order__company=company_id, order__number__in=set(numbers))
    return {(number, line): pk for pk, number, line in rows.values_list("pk", "order__number", "line")}


def _order_line(ordered: dict[tuple[str, int], int], row: WrittenLine) -> int:
    """The line that is named; of an order of one line no other can be meant."""
    own = [pk for (number, _line), pk in ordered.items() if number == row.order]
    if row.order_line is None and len(own) == 1:
        return own[0]
    found = ordered.get((row.order, row.order_line or 0))
    if found is None:
        raise NotFound(what=_("purchase order line"), reference=f"{row.order}/{row.order_line or ''}")
    return found


def _by_name(rows: Any, field: str, names: Iterable[str]) -> dict[str, int]:
    wanted = {name for name in names if name}
    return dict(rows.filter(**{f"{field}__in": wanted}).values_list(field, "pk")) if wanted else {}


def _named(found: dict[str, int], name: str, what: str) -> int | None:
    if not name:
        return None
    if name not in found:
        raise NotFound(what=what, reference=name)
    return found[name]
