"""Lists of the warehouse: what to release, and every shipment."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab, one_by_one
from erp.kernel.models import User
from inventory.commitments.models import DemandGroup
from masterdata.places.filters import SiteFilter

from .actions.confirm_deliveries import Delivery, confirm_deliveries
from .actions.confirm_shipments import CONFIRM, confirm_shipments
from .actions.release_groups import RELEASE_RIGHT, release_groups
from .forms import DeliveryDayForm
from .models import Shipment
from .permissions import CONFIRM_DELIVERY, VIEW_SHIPMENT
from .queries import due, has_shorts, late, release_list, shipment_list
from .states import OPEN, SHIP_RULES, STATES


class ReleaseFilters(Filters):
    q = SearchFilter(
        exact=("document", "party__code"), contains=("party__search",), label=_("Order or customer")
    )
    site = SiteFilter()
    ship_on = DayRangeFilter(label=_("Ship date"))

    class Meta:
        model = DemandGroup
        fields: list[str] = []


def release(user: User, ids: list[int]) -> Outcome:
    """Release deliveries site by site; what a hold or the ship rule keeps back is told with its reason."""
    by_site: defaultdict[int, list[int]] = defaultdict(list)
    for group_id, site_id in release_list(user=user).filter(pk__in=ids).values_list("pk", "site_id"):
        by_site[site_id].append(group_id)
    outcome = Outcome(0)
    for site_id in sorted(by_site):
        result = release_groups(By(Actor.of(user)), group_ids=by_site[site_id])
        outcome.done += len(result.shipment_ids)
        outcome.refused += [f"{document}: {reason}" for document, reason in result.refused]
    return outcome


def own_priority(group: DemandGroup) -> Any:
    """A word beside a priority that was decided for the delivery alone, as for a rush order."""
    return _("its own") if group.own_priority else ""


class ReleaseList(ListPage):
    """What customers were promised from stock and the warehouse has not been told yet."""

    title, noun = _("To release"), _("deliveries")
    permission = RELEASE_RIGHT
    template = "inventory/outbound/release.html"
    filters = ReleaseFilters
    place_filter = "site"
    columns = (
        Column("document", _("Order"), "code", sort="document"),
        Column("party__name", _("Customer")),
        Column("ship_to", _("Ship to"), optional=True),
        Column("site__code", _("Site"), "code"),
        Column("ship_on", _("Ship date"), "day", sort="ship_on"),
        Column("priority", _("Priority"), "number", sort="turn", note=own_priority),
        Column("ready", _("Lines ready"), "number"),
        Column("lines", _("Lines open"), "number"),
        Column("ship_rule", _("Ships"), "chip", states=SHIP_RULES, optional=True),
    )
    tabs = (
        Tab("due", _("Due"), due),
        Tab("late", _("Late"), late),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "release", _("Release to warehouse"), RELEASE_RIGHT, release,
            past=ngettext_lazy("%(n)d shipment released", "%(n)d shipments released", "n"), icon="package-open",
        ),
    )  # fmt: skip
    default_sort = "priority"
    empty_title = _("Nothing to release")
    empty_text = _("Deliveries appear here as soon as stock is reserved for them.")

    def queryset(self, user: User) -> QuerySet[DemandGroup]:
        return release_list(user=user)


class ShipmentFilters(Filters):
    q = SearchFilter(
        exact=("number", "group__document", "group__party__code"),
        any_case=("tracking_number",),
        contains=("group__party__search",),
        label=_("Shipment, order, customer or tracking number"),
    )
    site = SiteFilter()
    state = FacetFilter(label=_("State"), choices=Shipment.State.choices)
    ship_on = DayRangeFilter(label=_("Ship date"))

    class Meta:
        model = Shipment
        fields: list[str] = []


def confirm(user: User, ids: list[int]) -> Outcome:
    """Confirm site by site; a site with one shipment that may not leave is told, the others go on."""
    by_site: defaultdict[int, list[int]] = defaultdict(list)
    for shipment_id, site_id in shipment_list(user=user).filter(pk__in=ids).values_list("pk", "site_id"):
        by_site[site_id].append(shipment_id)
    outcome = Outcome(0)
    for site_id in sorted(by_site):
        try:
            result = confirm_shipments(By(Actor.of(user)), shipment_ids=by_site[site_id])
        except DomainError as error:
            outcome.refused += [str(error)] * len(by_site[site_id])
        else:
            outcome.done += len(result.shipment_ids)
    return outcome


def deliver(user: User, ids: list[int], *, delivered_on: date) -> Outcome:
    reach = shipment_list(user=user).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    return one_by_one(
        list(reach),
        lambda pk: confirm_deliveries(By(Actor.of(user)), deliveries=[Delivery(pk, delivered_on)]),
    )


def in_state(state: str) -> Q:
    return Q(state=state)


class ShipmentList(ListPage):
    """Every shipment in scope; the open steps are tabs."""

    title, noun = _("Shipments"), _("shipments")
    permission = VIEW_SHIPMENT
    filters = ShipmentFilters
    place_filter = "site"
    columns = (
        Column("number", _("Shipment"), "code", sort="pk"),
        Column("state", _("State"), "chip", states=STATES),
        Column("short", _("Short"), "flag"),
        Column("group__document", _("Order"), "code"),
        Column("group__party__name", _("Customer")),
        Column("site__code", _("Site"), "code"),
        Column("ship_on", _("Ship date"), "day", sort="ship_on"),
        Column("shipped_at", _("Shipped"), "instant", sort="shipped_at"),
        Column("delivered_on", _("Delivered"), "day", optional=True),
        Column("tracking_number", _("Tracking"), "code", optional=True),
    )
    tabs = (
        Tab("open", _("Open"), Q(state__in=OPEN)),
        Tab("pick", _("To pick"), in_state(Shipment.State.RELEASED)),
        Tab("pack", _("To pack"), in_state(Shipment.State.PICKED)),
        Tab("ship", _("To ship"), Q(state__in=(Shipment.State.PICKED, Shipment.State.PACKED))),
        Tab("late", _("Late"), lambda user: Q(state__in=OPEN) & late(user)),
        Tab("on-the-way", _("On the way"), Q(state=Shipment.State.SHIPPED, delivered_on=None)),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "confirm", _("Confirm shipment"), CONFIRM, confirm, icon="truck",
            past=ngettext_lazy("%(n)d shipment confirmed", "%(n)d shipments confirmed", "n"),
            confirm=_("{n} shipments leave the house: stock falls and they are invoiced."),
        ),
        BulkAction(
            "deliver", _("Delivered"), CONFIRM_DELIVERY, deliver, form=DeliveryDayForm, icon="package-check",
            past=ngettext_lazy("%(n)d delivery recorded", "%(n)d deliveries recorded", "n"),
        ),
    )  # fmt: skip
    default_sort = "-number"
    empty_title = _("No shipment")
    empty_text = _("Released deliveries appear here.")

    def queryset(self, user: User) -> QuerySet[Shipment]:
        return has_shorts(shipment_list(user=user))

    def row_url(self, row: Shipment) -> str:
        return reverse("inventory:shipment", args=[row.pk])
