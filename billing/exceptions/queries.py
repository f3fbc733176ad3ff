"""The exception queue as a reader may see it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from billing.exceptions.models import InvoiceException
from billing.exceptions.reads import COMPARISON
from erp.kernel.models import Decision, User
from masterdata.models import TaxCode
from orders.entry.rules import MEANT_FREE


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """What was ordered beside what holds today; prices per unit of the order line."""

    order_line_id: int
    line: int
    item: str
    description: str
    quantity: Decimal
    unit: str
    ordered_price: Decimal
    price_source: str
    tax_code: str | None
    present_price: Decimal | None

    @property
    def differs(self) -> bool:
        return self.present_price is not None and self.present_price != self.ordered_price

    @property
    def is_free(self) -> bool:
        return not self.ordered_price and self.price_source not in MEANT_FREE


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the timeline."""

    what: str
    who: str
    at: datetime
    text: str = ""


def exception_list(*, user: Any) -> QuerySet[InvoiceException]:
    """Exceptions in scope with what a row shows; open and resolved."""
    return InvoiceException.objects.visible_to(user).select_related(
        "shipment", "order__customer__party", "owner", "company"
    )


def open_exceptions(*, user: Any) -> QuerySet[InvoiceException]:
    """Those that wait for someone."""
    return exception_list(user=user).filter(resolved_at=None)


def compared_lines(found: InvoiceException) -> list[ComparedLine]:
    """The shipment's lines, ordered against present prices; one query."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARISON, [found.shipment_id])
        return [ComparedLine(*row) for row in cursor.fetchall()]


def story(found: InvoiceException) -> list[Happening]:
    """What happened to an exception and before it, newest first."""
    order, shipment = found.order, found.shipment
    entries = [
        Happening(f"Order {order.number} submitted", order.submitted_by, order.submitted_at),
        Happening("Billing stopped", "system:billing", found.opened_at, found.detail),
    ]
    if shipment.shipped_at:
        entries.append(Happening(f"Shipment {shipment.number} left", "Warehouse", shipment.shipped_at))
    decisions = Decision.objects.filter(subject="billing.invoiceexception", subject_id=found.pk)
    decisions = decisions.filter(verb__in=("billing.assign_exceptions", "billing.defer_exceptions"))
    names = dict(User.objects.filter(pk__in=_users(decisions)).values_list("pk", "name"))
    for decision in decisions:
        outcome = decision.outcome
        if decision.verb == "billing.assign_exceptions":
            owner = names.get(outcome.get("to"), "nobody")
            entries.append(Happening(f"Assigned to {owner}", decision.actor, decision.recorded_at))
        else:
            text = f"Until {outcome.get('until')}: {outcome.get('reason')}"
            entries.append(Happening("Held", decision.actor, decision.recorded_at, text))
    if found.resolved_at:
        said = found.get_resolution_display()
        entries.append(Happening(said, found.resolved_by, found.resolved_at, found.reason))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _users(decisions: QuerySet[Decision]) -> set[int]:
    return {decision.outcome["to"] for decision in decisions if decision.outcome.get("to")}


def tax_codes_of(found: InvoiceException) -> list[tuple[int, str]]:
    """Tax codes of the exception's company, for a choice."""
    codes = TaxCode.objects.filter(company=found.company_id)
    return [(code.pk, f"{code.code} {code.name}") for code in codes]
