"""A lot followed both ways: who sent it, where it lies, who has it and how to reach them (IV04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.batch import constant
from inventory.models import Lot, StockBalance, StockPosting
from reporting.tracing.permissions import TRACE_LOTS
from reporting.tracing.reads import BALANCE, CAME, CONTACTS, WENT

ZERO = Decimal(0)
QUANTITY = DecimalField(max_digits=18, decimal_places=6)
MOST_SHIPMENTS = 200  # a page names the newest; the contacts count all of them

CAME_BY: dict[str, str | Promise] = {
    "receipt": _("Receipt"),
    "drop": _("Sent by the supplier to a customer"),
    "opening": _("Opening stock"),
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a quantity of the lot came from; in the item's stock unit."""

    at: datetime
    how: str  # a key of CAME_BY
    document_id: int | None
    number: str
    site: str
    supplier: str | None
    purchase_order_id: int | None
    purchase_order: str | None
    delivery_note: str
    quantity: Decimal

    @property
    def words(self) -> str | Promise:
        return CAME_BY[self.how]


@dataclass(frozen=True, slots=True)
class Departure:
    """A shipment that took some of the lot to a customer."""

    at: datetime
    shipment_id: int
    number: str
    document: str
    customer_code: str
    customer: str
    site: str
    quantity: Decimal
    delivered_on: date | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer who was sent some of the lot: how much of it came back, and how to reach them."""

    code: str
    name: str
    email: str
    phone: str
    country: str
    shipments: int
    last_at: datetime
    sent: Decimal
    returned: Decimal

    @property
    def kept(self) -> Decimal:
        return self.sent - self.returned


@dataclass(frozen=True, slots=True)
class Turnover:
    """All movements of one kind, added up with their signs."""

    kind: str
    quantity: Decimal

    @property
    def words(self) -> str:
        return StockPosting.Kind(self.kind).label


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything known of a lot within the reader's scope."""

    lot: Lot
    arrivals: Sequence[Arrival]
    places: Sequence[StockBalance]
    departures: Sequence[Departure]
    shipments: int  # how many there are, of which `departures` are the newest
    contacts: Sequence[Contact]
    sums: Sequence[Turnover]

    @property
    def on_hand(self) -> Decimal:
        return sum((place.quantity for place in self.places), ZERO)

    @property
    def with_customers(self) -> Decimal:
        return sum((contact.kept for contact in self.contacts), ZERO)


def lot_list(*, user: Any) -> QuerySet[Lot]:
    """Lots that the reader's sites hold or have held, with `on_hand` there; the newest first."""
    balances = StockBalance.objects.visible_to(user).filter(lot=OuterRef("pk"))
    held = balances.order_by().values("lot").annotate(held=Sum("quantity")).values("held")
    return (
        Lot.objects.filter(Exists(balances))
        .select_related("item__stock_unit")
        .annotate(on_hand=Coalesce(Subquery(held, output_field=QUANTITY), ZERO, output_field=QUANTITY))
        .order_by("-pk")
    )


def contacts_of(lot: Lot, *, user: Any) -> list[Contact]:
    """Customers who were sent some of the lot, those who keep most of it first."""
    return [Contact(*row) for row in constant(CONTACTS, *_asked(lot, user))]


def trace(lot: Lot, *, user: Any) -> Trace:
    """Follow a lot both ways; the number of statements does not depend on how far it went."""
    asked = _asked(lot, user)
    went = constant(WENT, *asked, MOST_SHIPMENTS)
    places = StockBalance.objects.visible_to(user).filter(lot=lot, quantity__gt=0)
    return Trace(
        lot=lot,
        arrivals=[Arrival(*row) for row in constant(CAME, *asked)],
        places=list(places.select_related("site", "bin").order_by("site__code", "bin__pick_sequence", "pk")),
        departures=[Departure(*row[:-1]) for row in went],
        shipments=went[0][-1] if went else 0,
        contacts=contacts_of(lot, user=user),
        sums=[Turnover(*row) for row in constant(BALANCE, *asked)],
    )


def _asked(lot: Lot, user: Any) -> tuple[Any, ...]:
    return lot.item_id, lot.pk, *access_of(user).holding(TRACE_LOTS).bounds()
