"""Items that were replaced for good: what a document asks for by an old number comes as its successor (AT05)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from erp.kernel.batch import Batch
from masterdata.items.queries import packs_of, substitutes_in_effect
from masterdata.items.substitution import StandIn, successors
from orders.entry.policies import SUBSTITUTION_CONSENT
from orders.entry.rules import Asked, LineRequest

# The day at the customer's company, and what is free of each item where its orders leave from.
PLACE = """
SELECT (%s::timestamptz AT TIME ZONE co.time_zone)::date, coalesce(c.preferred_site_id,
    (SELECT min(x.id) FROM masterdata_site x WHERE x.company_id = c.company_id AND x.is_active))
FROM masterdata_customer c JOIN masterdata_company co ON co.id = c.company_id WHERE c.id = %s::bigint"""
FREE = """
SELECT s.item_id, s.available - s.reserved FROM inventory_sitestock s
WHERE s.site_id = %s::bigint AND s.item_id = ANY(%s::bigint[])"""
FACTORS = """
SELECT i.id, u.unit_id, u.numerator, u.denominator, u.unit_id = i.sell_unit_id
FROM masterdata_item i JOIN masterdata_itemunit u ON u.item_id = i.id WHERE i.id = ANY(%s::bigint[])"""
ALWAYS = "always"


def successors_of(
    batch: Batch, requests: Sequence[LineRequest], *, company_id: int, customer_id: int
) -> list[LineRequest]:
    """The lines, with the successor of each superseded item of which nothing is free.

    Only for customers who always take substitutes; of a chain the first successor that covers the line from stock,
    else the last. What a document asks for at a price of its own is left alone. Five statements at most.
    """
    consent = SUBSTITUTION_CONSENT.value(company=company_id, customer=customer_id)
    if not requests or consent != ALWAYS:
        return list(requests)
    ((on, site_id),) = batch.read(PLACE, batch.now, customer_id)
    links = substitutes_in_effect((line.item_id for line in requests), on=on)
    chains = {line.item_id: successors(line.item_id, links) for line in requests}
    if not any(chains.values()):
        return list(requests)
    items = {each.item_id for chain in chains.values() for each in chain}
    free = dict(batch.read(FREE, site_id, sorted(items | {item for item, chain in chains.items() if chain})))
    packs = packs_of(items)
    factors: dict[tuple[int, str], Fraction] = {}
    for item_id, unit, numerator, denominator, is_sold in batch.read(FACTORS, sorted(chains)):
        factors[item_id, unit] = Fraction(numerator, denominator)
        if is_sold:
            factors[item_id, ""] = factors[item_id, unit]
    made = []
    for line in requests:
        chain = [each for each in chains[line.item_id] if each.item_id in packs]
        factor = factors.get((line.item_id, line.unit))
        stays = line.price is not None or line.supply not in ("", "stock")
        if not chain or factor is None or stays or free.get(line.item_id, Decimal(0)) > 0:
            made.append(line)
            continue
        wanted = Fraction(line.quantity) * factor
        taken = _first_in_stock(chain, wanted, free)
        quantity, unit = packs[taken.item_id].offered(wanted * taken.ratio)
        asked = Asked(line.item_id, line.quantity, line.unit)
        made.append(LineRequest(taken.item_id, quantity, unit, asked=asked, site_id=line.site_id))
    return made


def _first_in_stock(chain: Sequence[StandIn], wanted: Fraction, free: dict[int, Decimal]) -> StandIn:
    covers = (each for each in chain if free.get(each.item_id, Decimal(0)) >= wanted * each.ratio)
    return next(covers, chain[-1])
