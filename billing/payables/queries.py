"""What suppliers charge, what waits of it, and what is received and not invoiced, as a reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.payables.models import (
    GoodsAccrual,
    MatchException,
    Payable,
    SupplierInvoice,
    SupplierInvoiceLine,
)
from erp.kernel.formats import write_number, write_quantity
from erp.kernel.models import Decision, User
from erp.kernel.money import round_money
from inventory.purchasing.models import PurchaseOrder

OPEN = Q(resolved_at=None)
OWED = ~Q(value=F("cleared"))


def supplier_invoice_list(*, user: Any) -> QuerySet[SupplierInvoice]:
    """Invoices and credit notes in scope, newest first."""
    rows = SupplierInvoice.objects.visible_to(user).select_related("supplier__party", "company")
    return rows.order_by("-pk")


def lines_of(found: SupplierInvoice) -> QuerySet[SupplierInvoiceLine]:
    """An invoice's lines with what they name."""
    return found.lines.select_related(
        "invoice",
        "purchase_line__order",
        "purchase_line__item",
        "purchase_line__supply",
        "supplier_return",
        "account",
    ).order_by("line")


def exception_list(*, user: Any) -> QuerySet[MatchException]:
    """What did not match, with its invoice and owner."""
    rows = MatchException.objects.visible_to(user)
    return rows.select_related("invoice__supplier__party", "owner", "company").order_by("opened_at", "pk")


def open_exceptions(*, user: Any) -> QuerySet[MatchException]:
    return exception_list(user=user).filter(OPEN)


def accrual_list(*, user: Any) -> QuerySet[GoodsAccrual]:
    """What was received or sent back, with `open`: what of its value no invoice or credit note has come for."""
    rows = GoodsAccrual.objects.visible_to(user).select_related(
        "supplier__party", "company", "purchase_line__order", "purchase_line__item", "supplier_return"
    )
    return rows.annotate(open=F("value") - F("cleared")).order_by("first_at", "pk")


def payable_list(*, user: Any) -> QuerySet[Payable]:
    """What is owed to suppliers and by them, what is due first in front."""
    return (
        Payable.objects.visible_to(user)
        .select_related("supplier__party", "company", "invoice")
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line with what was ordered and received of what it names; quantities in the unit that was ordered."""

    row: SupplierInvoiceLine
    against: str
    item: str
    unit: str
    ordered: Decimal | None
    received: Decimal | None
    invoiced: Decimal | None  # posted, this one included once it is
    expected: Decimal | None  # what the order agreed for the quantity of the line
    findings: Sequence[MatchException]

    @property
    def difference(self) -> Decimal | None:
        return None if self.expected is None else self.row.net - self.expected

    @property
    def is_over(self) -> bool:
        """More is charged than was agreed."""
        return self.difference is not None and self.difference > 0


def compared_lines(found: SupplierInvoice) -> list[ComparedLine]:
    """The three sides of the match, line by line; three statements."""
    lines = list(lines_of(found))
    accruals = {
        row.purchase_line_id or -(row.supplier_return_id or 0): row
        for row in GoodsAccrual.objects.filter(
            Q(purchase_line__in=[line.purchase_line_id for line in lines if line.purchase_line_id])
            | Q(supplier_return__in=[line.supplier_return_id for line in lines if line.supplier_return_id])
        )
    }
    open_of: dict[int, list[MatchException]] = {}
    for each in found.exceptions.filter(OPEN):
        open_of.setdefault(each.line, []).append(each)
    return [_compared(line, accruals, open_of.get(line.line, ())) for line in lines]


def _compared(
    line: SupplierInvoiceLine, accruals: dict[int, GoodsAccrual], findings: Sequence[MatchException]
) -> ComparedLine:
    order, back = line.purchase_line, line.supplier_return
    if order is not None:
        factor = order.supply.expected / order.quantity
        kept = accruals.get(order.pk)
        received = kept.received / factor if kept else Decimal(0)
        invoiced = kept.billed / factor if kept else Decimal(0)
        return ComparedLine(
            line,
            f"{order.order.number}/{order.line}",
            order.item.code,
            order.unit_id,
            order.quantity,
            received,
            invoiced,
            round_money(line.quantity * order.unit_cost, line.invoice.currency),
            findings,
        )
    if back is not None:
        expected = back.credited if back.settled_at else back.claimed
        return ComparedLine(line, back.number, "", "", None, None, None, expected, findings)
    against = line.account.code if line.account else line.get_kind_display()
    return ComparedLine(line, against, "", "", None, None, None, None, findings)


_WORDS = {
    "capture_supplier_invoice": _("Entered"),
    "correct_supplier_invoice": _("Corrected"),
    "post_supplier_invoice": _("Posted"),
    "refuse_supplier_invoice": _("Refused"),
    "reverse_supplier_invoice": _("Reversed"),
    "accept_match_exceptions": _("Accepted"),
    "assign_match_exceptions": _("Assigned"),
}


def timeline_of(found: SupplierInvoice) -> list[dict[str, Any]]:
    """What was found, decided and done, newest first."""
    exceptions = {row.pk: row for row in found.exceptions.all()}
    decisions = Decision.objects.filter(
        Q(subject="billing.supplierinvoice", subject_id=found.pk)
        | Q(subject="billing.matchexception", subject_id__in=list(exceptions))
    )
    owners = {each.outcome["to"] for each in decisions if each.outcome.get("to")}
    names = dict(User.objects.filter(pk__in=owners).values_list("pk", "name"))
    entries = [
        {
            "what": _WORDS.get(each.verb.removeprefix("billing."), each.verb),
            "who": each.actor,
            "at": each.effective_at,
            "text": _said(each, exceptions, names),
        }
        for each in decisions
    ]
    entries += [
        {"what": row.get_kind_display(), "who": _("The match"), "at": row.opened_at, "text": row.detail}
        for row in exceptions.values()
    ]
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _said(each: Decision, exceptions: dict[int, MatchException], names: dict[int, str]) -> str:
    outcome = each.outcome
    if each.verb == "billing.assign_match_exceptions":
        return str(names.get(outcome.get("to"), _("nobody")))
    return str(outcome.get("reason", ""))


def to_invoice(order: PurchaseOrder) -> list[dict[str, str]]:
    """What of a purchase order came and is not invoiced, as lines to enter; one statement."""
    rows = GoodsAccrual.objects.filter(purchase_line__order=order, received__gt=F("billed"))
    found = []
    for row in rows.select_related("purchase_line__supply", "purchase_line__item").order_by(
        "purchase_line__line"
    ):
        line = row.purchase_line
        assert line is not None, "an accrual of an order has its line"
        quantity = (row.received - row.billed) * line.quantity / line.supply.expected
        found.append(
            {
                "against": f"{order.number}/{line.line}",
                "quantity": write_quantity(quantity),
                "line_net": write_number(round_money(quantity * line.unit_cost, order.currency), 2),
                "text": line.item.name,
            }
        )
    return found
