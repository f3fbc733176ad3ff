"""Where else a line could come from when its site cannot promise it in time: other sites, a purchase, a transfer."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from inventory.commitments.explain import Outlook, outlooks_of
from masterdata.models import Item, ShipTo
from orders.entry.actions.submit_order import SUBMIT

from .policies import SOURCING
from .preview import Seen, is_late

MOST = 4


@dataclass(frozen=True, slots=True)
class Source:
    """Another site that could ship all of the line, on which day, and why it stands where it stands."""

    site_id: int
    code: str
    name: str
    on: date
    in_time: bool
    why: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The sites in the order in which policy offers them, and what buying or moving now would make possible here."""

    sites: list[Source] = field(default_factory=list)
    offers: list[tuple[str, date]] = field(default_factory=list)


def elsewhere(seen: Seen, user: Any) -> Elsewhere:
    """Alternatives for a look's only line that are sooner, where that is late; a fixed number of statements, none where
    it is not.

    Nothing of it is reserved: a site is promised once it is taken, a purchase or a transfer once it is made. Kits have
    none: a component is bought or moved.
    """
    header, fact, wanted_on = seen.header, seen.facts[0], seen.request.requested_on
    promise = seen.promises.get(0)
    if fact.item_id is None or fact.components or promise is None or not is_late(promise, wanted_on):
        return Elsewhere()
    promised = promise.on or date.max
    wanted = seen.outcomes[0].stock_quantity
    found = outlooks_of(Item.objects.get(pk=fact.item_id), user=user, also=header.site_id)
    own = [each for each in found if each.site.company_id == header.company_id]
    here = next((each for each in own if each.site.pk == header.site_id), None)
    rule = SOURCING.value(on=header.on_day, company=header.company_id, customer=header.customer_id)
    others = [each for each in own if each.site.pk != header.site_id] if rule != "own" else []
    country = country_of(header.ship_to_id) if rule == "nearest" and others else ""
    sources = [_source(each, wanted, wanted_on, country) for each in others if _may_submit(each, user)]
    ranked = sorted(
        (source for source in sources if source is not None and source.on < promised),
        key=lambda source: (not source.why, max(source.on, wanted_on), source.code),
    )
    offers = [(words, day) for words, day in here.offers if day < promised] if here else []
    return Elsewhere(ranked[:MOST], offers[:MOST])


def country_of(ship_to_id: int | None) -> str:
    """The country of an address; empty where nobody has said it."""
    rows = ShipTo.objects.filter(pk=ship_to_id) if ship_to_id else ShipTo.objects.none()
    return rows.values_list("country", flat=True).first() or ""


def _may_submit(outlook: Outlook, user: Any) -> bool:
    return Actor.of(user).may(SUBMIT, company=outlook.site.company_id, site=outlook.site.pk)


def _source(outlook: Outlook, wanted: Decimal, wanted_on: date, country: str) -> Source | None:
    on = outlook.leaves_on(wanted)
    if on is None:
        return None
    why = _("in the country of delivery") if country and outlook.site.country == country else ""
    return Source(outlook.site.pk, outlook.site.code, outlook.site.name, on, on <= wanted_on, why)
