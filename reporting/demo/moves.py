"""Goods between the sites: some under way, some arrived with a difference, some asked for; and what is proposed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F

from erp.kernel.command import By
from inventory.adjustments.rules import ZERO
from inventory.models import SiteStock, TransferContent
from inventory.transfers.actions.decide_transfer import approve_transfer
from inventory.transfers.actions.propose_transfers import propose_transfers
from inventory.transfers.actions.receive_transfer import Differs, Unloaded, receive_transfer
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.actions.ship_transfer import ship_transfer
from masterdata.models import Bin, Company, Site

LINES = 3  # items of a transfer
# How far each transfer gets, how long ago it was asked for, and the site that it leaves for the next one. The demo's
# supervisor works at the first two: one comes to them, one is to be shipped from there.
TOLD = (
    ("received", 6, 2), ("different", 5, 0), ("shipped", 4, 3), ("shipped", 1, -1), ("approved", 1, 0),
    ("requested", 0, 1),
)  # fmt: skip


def move_goods(by: Callable[[str, datetime], By], now: datetime) -> None:
    """A week of transfers between the first company's sites, then what the comparison of the sites proposes."""
    company = Company.objects.earliest("pk")
    sites = list(Site.objects.filter(company=company, is_active=True).order_by("pk"))
    for reaches, days, place in TOLD:
        site, to_site = sites[place % len(sites)], sites[(place + 1) % len(sites)]
        _move(by, site, to_site, reaches, now - timedelta(days=days, hours=3))
    propose_transfers(by("owner", now), company_id=company.pk)


def _move(by: Callable[[str, datetime], By], site: Site, to_site: Site, reaches: str, at: datetime) -> None:
    plenty = SiteStock.objects.filter(site=site, available__gte=F("reserved") + 20, item__lot_tracked=False)
    lines = [
        Asked(item_id, Decimal(4 + place))
        for place, item_id in enumerate(
            plenty.order_by("-available", "pk").values_list("item_id", flat=True)[:LINES]
        )
    ]
    if not lines:
        return
    pk = request_transfer(
        by("warehouse", at),
        site_id=site.pk,
        to_site_id=to_site.pk,
        lines=lines,
        needed_on=(at + timedelta(days=4)).date(),
        note="Weekly truck",
    ).transfer_id
    if reaches == "requested":
        return
    approve_transfer(by("buyer", at + timedelta(hours=1)), transfer_id=pk)
    if reaches == "approved":
        return
    ship_transfer(by("warehouse", at + timedelta(hours=2)), transfer_id=pk, carrier="Own truck")
    if reaches != "shipped":
        _unload(by("warehouse", at + timedelta(days=2)), pk, to_site, short=reaches == "different")


def _unload(by: By, pk: int, site: Site, *, short: bool) -> None:
    """Everything is there; or one piece of the first line is damaged and one of the last is missing."""
    dock = Bin.objects.filter(site=site, kind=Bin.Kind.RECEIVING).earliest("pk")
    contents = list(TransferContent.objects.filter(line__order=pk).order_by("pk"))
    missing = {contents[0].pk: 1, contents[-1].pk: 1} if short else {}
    receive_transfer(
        by,
        transfer_id=pk,
        goods=[Unloaded(each.pk, each.shipped - missing.get(each.pk, ZERO), dock.pk) for each in contents],
        differences=[Differs(contents[0].pk, Decimal(1), "damaged", "Pallet fell over")] if short else [],
        complete=True,
    )
