"""Lists of returns and of claims on carriers."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel import clock
from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Sum, Tab
from erp.kernel.models import User

from .models import CarrierClaim, CustomerReturn, Reason, ReturnLine
from .permissions import VIEW_RETURN
from .queries import claim_list, return_list, waiting
from .states import CLAIMS, STATES, State


class ReturnFilters(Filters):
    """By return, order, customer, reason, state and day."""

    q = SearchFilter(
        exact=("number", "order__number", "customer__party__code"),
        contains=("customer__party__search",),
        label=_("Return, order, customer"),
    )
    state = FacetFilter(label=_("State"), choices=State.choices)
    reason = FacetFilter(label=_("Reason"), choices=Reason.choices, method="by_reason")
    requested = DayRangeFilter(field_name="requested_at", label=_("Requested"))

    class Meta:
        model = CustomerReturn
        fields: list[str] = []

    def by_reason(self, rows: QuerySet[CustomerReturn], _name: str, value: str) -> QuerySet[CustomerReturn]:
        return rows.filter(pk__in=ReturnLine.objects.filter(reason=value).values("rma"))


class ReturnList(ListPage):
    """Every return by the step that is next."""

    title, noun = _("Returns"), _("returns")
    permission = VIEW_RETURN
    filters = ReturnFilters
    columns = (
        Column("number", _("Return"), "code", sort="pk"),
        Column("customer__party__name", _("Customer"), note=lambda rma: rma.customer.party.code),
        Column("order__number", _("Order"), "code"),
        Column("state", _("State"), "chip", states=STATES),
        Column("site__name", _("Site"), optional=True),
        Column("net", _("Price paid"), "money", note=lambda rma: rma.currency),
        Column("exceeds", _("Beyond a limit"), optional=True),
        Column("requested_by", _("Requested by"), optional=True),
        Column("requested_at", _("Age"), "age", sort="requested_at", ages=(5, 10)),
        Column("approved_at", _("Approved"), "instant", optional=True),
        Column("received_at", _("Received"), "instant", optional=True),
        Column("inspected_at", _("Inspected"), "instant", optional=True),
        Column("credited_at", _("Credited"), "instant", optional=True),
    )
    tabs = (
        Tab("open", _("Open"), waiting()),
        Tab("approve", _("To approve"), waiting(State.REQUESTED)),
        Tab("dock", _("At the dock"), waiting(State.APPROVED, State.RECEIVED)),
        Tab("credit", _("To credit"), waiting(State.INSPECTED)),
        Tab("all", _("All")),
    )
    sums = (Sum("net", _("Price paid"), "net", places=2, currency="currency"),)
    default_sort = "-requested_at"
    empty_title = _("No return is open")
    empty_text = _("A return starts on the page of its order or shipment.")

    def queryset(self, user: User) -> QuerySet[CustomerReturn]:
        return return_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:return", args=[row.number])


def _open_for(days: int) -> Q:
    """Claims that no carrier has answered for so long."""
    return Q(state="open", opened_at__lt=clock.now() - timedelta(days=days))


class ClaimFilters(Filters):
    q = SearchFilter(
        exact=("rma__number", "tracking_number", "reference"),
        contains=("carrier_service",),
        label=_("Return, tracking number, carrier"),
    )

    class Meta:
        model = CarrierClaim
        fields: list[str] = []


class ClaimList(ListPage):
    """What carriers owe for goods damaged on the way."""

    title, noun = _("Carrier claims"), _("claims")
    permission = VIEW_RETURN
    filters = ClaimFilters
    columns = (
        Column("rma__number", _("Return"), "code", sort="rma_id"),
        Column("rma__customer__party__name", _("Customer")),
        Column("carrier_service", _("Carrier")),
        Column("tracking_number", _("Tracking number"), "code", optional=True),
        Column("state", _("State"), "chip", states=CLAIMS),
        Column("amount", _("Claimed"), "money", sort="amount", note=lambda claim: claim.rma.currency),
        Column("recovered", _("Recovered"), "money"),
        Column("reference", _("Reference"), "code", optional=True),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(14, 30)),
        Column("settled_at", _("Settled"), "instant", optional=True),
        Column("settled_by", _("Settled by"), optional=True),
    )
    tabs = (
        Tab("open", _("Open"), Q(state="open")),
        Tab("over30", _("Over 30 days"), lambda user: _open_for(30)),
        Tab("over60", _("Over 60 days"), lambda user: _open_for(60)),
        Tab("over90", _("Over 90 days"), lambda user: _open_for(90)),
        Tab("paid", _("Paid"), Q(state="paid")),
        Tab("denied", _("Denied"), Q(state="denied")),
        Tab("all", _("All")),
    )
    sums = (
        Sum("amount", _("Claimed"), "amount", places=2, currency="rma__currency"),
        Sum("recovered", _("Recovered"), "recovered", places=2, currency="rma__currency"),
    )
    default_sort = "opened_at"
    empty_title = _("No claim is open")
    empty_text = _("Damage in transit opens a claim with its return.")

    def queryset(self, user: User) -> QuerySet[CarrierClaim]:
        return claim_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:return", args=[row.rma.number])
