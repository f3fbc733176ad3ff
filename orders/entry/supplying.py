"""Where the goods of a line come from: from stock, bought for it, or sent by the supplier (OC12)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from inventory.commitments.ladder import Calendar, buy_now
from inventory.commitments.models import SupplyMethod
from masterdata.catalogue.queries import offers_of
from masterdata.items.models import Item

from .policies import ORDER_ONLY_SUPPLY
from .reads import Header, LineFacts
from .rules import LineRequest, OrderRequest


def method_of(line: LineRequest, fact: LineFacts, header: Header) -> str:
    """What the clerk or the channel said; else stock for what the house keeps, and the policy for what it does not."""
    if line.supply:
        return line.supply
    if fact.stocking in ("", Item.Stocking.KEPT):
        return SupplyMethod.STOCK.value
    return ORDER_ONLY_SUPPLY.value(on=header.on_day, company=header.company_id, customer=header.customer_id)


def supply_problem(line: LineRequest, fact: LineFacts, header: Header) -> str:
    """Why the line cannot be supplied that way, in the clerk's words; empty when it can."""
    if fact.item_id is None:
        return ""
    if line.supply and line.supply not in SupplyMethod.values:
        return _("“%(text)s” is no way to supply a line: stock, special or drop.") % {
            "text": line.supply[:20]
        }
    if fact.kind == Item.Kind.KIT:
        return (
            _("%(code)s is a kit, its components come from stock.") % {"code": fact.code}
            if line.supply not in ("", SupplyMethod.STOCK)
            else ""
        )
    if fact.kind != Item.Kind.STOCKED:
        return (
            _("%(code)s is a service, nothing is bought for it.") % {"code": fact.code} if line.supply else ""
        )
    if method_of(line, fact, header) == SupplyMethod.DROP and header.ship_to_id is None:
        return _("The supplier needs an address to send %(code)s to: name a ship-to.") % {"code": fact.code}
    return ""


def supplied(request: OrderRequest, facts: Sequence[LineFacts]) -> OrderRequest:
    """The order with its own supply method on each line of goods that says nothing; kits and services keep theirs."""
    if not request.supply:
        return request
    lines = [
        replace(line, supply=line.supply or request.supply) if fact.kind == Item.Kind.STOCKED else line
        for line, fact in zip(request.lines, facts, strict=True)
    ]
    return replace(request, lines=lines)


def arrivals(header: Header, item_ids: Iterable[int]) -> dict[int, date]:
    """The day on which each item could leave if it were bought now; one statement, none without items.

    Items that nobody is known to sell are left out.
    """
    wanted = sorted(set(item_ids))
    if not wanted:
        return {}
    calendar = Calendar(header.cut_off, header.ship_days, header.working_days, header.holidays)
    at = datetime.fromisoformat(header.site_clock)
    return {
        item_id: buy_now(at=at, lead_time_days=offers[0].lead_time_days, calendar=calendar)
        for item_id, offers in offers_of(header.company_id, wanted).items()
    }
