"""How many item-sites planning gets through: `python -m bench.planning --items 2500`, in `make bench` as `plan`.

A company of its own with two years of demand, half of its months without any. Planned twice: the first night makes
every forecast, the second finds nothing new.
"""

import argparse
import json
import time
from datetime import time as clock_time
from typing import Any

import django

ITEMS, SITES, MONTHS = 2_500, 4, 24

DEMANDS = """
INSERT INTO inventory_demand (group_id, item_id, site_id, ordered, reserved, picked, shipped, cancelled, requested_on)
SELECT g.id, i.id, g.site_id, q.n, 0, 0, q.n, 0, (date_trunc('month', now()) - make_interval(months => m))::date + 14
FROM masterdata_item i CROSS JOIN inventory_demandgroup g CROSS JOIN generate_series(1, %s) m
CROSS JOIN LATERAL (SELECT ceil(random() * 40 - 20 + 0 * (i.id + g.id + m))::int AS n) q
WHERE i.code LIKE 'PLAN-%%' AND g.company_id = %s AND q.n > 0"""
STOCK = """
INSERT INTO inventory_sitestock (item_id, site_id, on_hand, available, reserved, valued_quantity, value)
SELECT i.id, s.id, q.n, q.n, 0, q.n, 5 * q.n FROM masterdata_item i CROSS JOIN masterdata_site s
CROSS JOIN LATERAL (SELECT floor(random() * 30 + 0 * (i.id + s.id))::int AS n) q
WHERE i.code LIKE 'PLAN-%%' AND s.company_id = %s"""
OFFERS = """
INSERT INTO masterdata_catalogueitem (supplier_id, code, name, unit_id, cost, lead_time_days, rank, item_id, search)
SELECT %s, i.code, i.name, 'EA', 5, 10, 1, i.id, '' FROM masterdata_item i WHERE i.code LIKE 'PLAN-%%'"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--sites", type=int, default=SITES)
    args = parser.parse_args()
    django.setup()
    print(json.dumps(measure(args.items, args.sites)))


def measure(items: int, sites: int) -> dict[str, Any]:
    """Item-sites a second on the first night and on the next."""
    from inventory.models import DemandForecast, ReplenishmentProposal

    company = build(items, sites)
    first, second = night(company), night(company)
    return {
        "item_sites": items * sites,
        "forecasts": DemandForecast.objects.filter(company=company).count(),
        "proposals": ReplenishmentProposal.objects.filter(company=company).count(),
        "first_per_s": round(items * sites / first, 1),
        "next_per_s": round(items * sites / second, 1),
    }


def build(items: int, sites: int) -> Any:
    """The company, set-based."""
    from django.db import connection

    from inventory.models import DemandGroup
    from masterdata.models import (
        Company,
        Item,
        ItemClass,
        ItemUnit,
        Party,
        PaymentTerms,
        Site,
        Supplier,
        Unit,
    )

    company = Company.objects.create(code="PLAN", name="Plan", currency="EUR", time_zone="UTC", country="BE")
    places = Site.objects.bulk_create(
        Site(
            company=company, code=f"PLAN{n}", name=f"Plan {n}", time_zone="UTC", country="BE", cut_off=clock_time(15)
        )
        for n in range(sites)
    )  # fmt: skip
    each, _made = Unit.objects.get_or_create(code="EA", defaults={"name": "Each"})
    terms, _made = PaymentTerms.objects.get_or_create(code="N30", defaults={"name": "30 days", "days": 30})
    kind = ItemClass.objects.create(code="PLAN", name="Plan")
    party = Party.objects.create(code="PLAN", name="Plan", country="BE")
    supplier = Supplier.objects.create(company=company, party=party, terms=terms, currency="EUR")
    made = Item.objects.bulk_create(
        Item(
            code=f"PLAN-{n:06}", name=f"Part {n}", item_class=kind, stock_unit=each, sell_unit=each, buy_unit=each
        )
        for n in range(items)
    )  # fmt: skip
    ItemUnit.objects.bulk_create(ItemUnit(item=item, unit=each) for item in made)
    DemandGroup.objects.bulk_create(
        DemandGroup(
            company=company, site=place, document="PLAN", party=party, ship_rule="partial", priority=5,
            ship_on="2026-01-01",
        )
        for place in places
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DEMANDS, [MONTHS, company.pk])
        cursor.execute(STOCK, [company.pk])
        cursor.execute(OFFERS, [supplier.pk])
        cursor.execute("ANALYZE")
    return company


def night(company: Any) -> float:
    """Seconds that a run took, as a worker runs it."""
    from erp.kernel.jobs import run_job
    from erp.kernel.models import Job
    from inventory.replenishment.actions.start_planning import RUN

    job = Job.objects.create(kind=RUN, title="Bench", params={"company_id": company.pk})
    began = time.perf_counter()
    run_job(job.pk)
    took = time.perf_counter() - began
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return took


if __name__ == "__main__":
    main()
