"""What order lines wait to be bought for them: the buyer's list (OC12)."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from inventory.commitments.lists import DemandFilters
from inventory.commitments.models import Demand, SupplyMethod

from .actions.buy_lines import buy_lines
from .actions.create_purchase_order import ORDER
from .needs import DROP, SPECIAL, Need, late, needs_of, to_buy_list

METHODS = {
    SupplyMethod.SPECIAL: (SupplyMethod.SPECIAL.label, "info"),
    SupplyMethod.DROP: (SupplyMethod.DROP.label, "mute"),
}


def buy(user: User, ids: list[int]) -> Outcome:
    """Order everything at its first offer: one purchase order for each site and supplier, for what suppliers send to
    customers one for each delivery. What a hold keeps back, and what nobody is known to sell, is told."""
    outcome = Outcome(0)
    together: defaultdict[tuple[int, int, int | None], list[Need]] = defaultdict(list)
    for need in needs_of(to_buy_list(user=user).filter(pk__in=ids)):
        if need.buy is None:
            text = _t("%(document)s: nobody is known to sell %(item)s. Open the line and say who does.")
            outcome.refused.append(
                text % {"document": need.demand.group.document, "item": need.demand.item.code}
            )
            continue
        group_id = need.demand.group_id if need.to_customer else None
        together[need.demand.site_id, need.offers[0].supplier_id, group_id].append(need)
    for (site_id, supplier_id, group_id), needs in sorted(
        together.items(), key=lambda entry: (*entry[0][:2], entry[0][2] or 0)
    ):
        try:
            done = buy_lines(
                By(Actor.of(user)),
                site_id=site_id,
                supplier_id=supplier_id,
                buys=[need.buy for need in needs if need.buy is not None],
                group_id=group_id,
            )
        except DomainError as error:
            outcome.refused += [str(error)] * len(needs)
            continue
        outcome.done += len(needs) - len(done.refused)
        outcome.refused += [f"{document}: {reason}" for document, reason in done.refused]
    return outcome


class NeedList(ListPage):
    """Lines that are bought for their order and have no purchase order yet; the last day to order first."""

    title, noun = _("To buy"), _("lines")
    permission = ORDER
    filters = DemandFilters
    place_filter = "site"
    columns = (
        Column("group__document", _("Order"), "code"),
        Column("supply_method", _("Supply"), "chip", states=METHODS),
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("to_buy", _("To buy"), "quantity"),
        Column("item__stock_unit_id", _("Unit"), "code"),
        Column("seller", _("Supplier")),
        Column("buy_by", _("Order by"), "day", sort="buy_by"),
        Column("requested_on", _("Requested"), "day", sort="requested_on"),
        Column("site__code", _("Site"), "code"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("late", _("Late"), late),
        Tab("special", _("Special orders"), SPECIAL),
        Tab("drop", _("Drop ship"), DROP),
    )
    actions = (
        BulkAction(
            "buy", _("Order from suppliers"), ORDER, buy, icon="clipboard-list",
            past=ngettext_lazy("%(n)d line ordered", "%(n)d lines ordered", "n"),
            confirm=_("{n} lines are ordered, each from the supplier and at the cost that its item has."),
        ),
    )  # fmt: skip
    default_sort = "buy_by"
    empty_title = _("Nothing to buy")
    empty_text = _("Special orders and drop shipments appear here until they are ordered from a supplier.")

    def queryset(self, user: User) -> QuerySet[Demand]:
        return to_buy_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:to_buy", args=[row.pk])
