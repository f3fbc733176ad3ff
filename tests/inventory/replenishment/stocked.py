"""A company of a hub and a shop with one item or more, and what tests plan: history, stock, orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from erp.kernel.command import By
from erp.kernel.proofs import prove, results_of
from inventory.models import Demand, DemandGroup, ReplenishmentProposal, SiteStock
from inventory.replenishment.actions.plan_slice import PlannedSlice, plan_slice
from inventory.replenishment.ground import months_before
from masterdata import models as md
from masterdata.policies import snapshot
from tests import factories
from tests.factories import local_day

MONTHLY = 73  # 2.4 a day
_keys = count(1)


@dataclass
class Stocked:
    """Everything is bought at 2 a piece, there in nine days; the planner may do everything everywhere."""

    company: md.Company
    hub: md.Site
    shop: md.Site
    supplier: md.Supplier
    items: list[md.Item]
    planner: Any
    policies: dict[tuple[str, str], Any] = field(default_factory=dict)

    def by(self) -> By:
        return By(self.planner, key=f"plan-{next(_keys)}")

    def plan(self, **options: Any) -> PlannedSlice:
        return plan_slice(self.by(), company_id=self.company.pk, **options)

    def say(self, key: str, value: object, scope: str = "*") -> None:
        """A policy of the house holds."""
        self.policies[f"inventory.{key}", scope] = [(date(2020, 1, 1), None, value)]
        snapshot.assume(snapshot.Snapshot(values=dict(self.policies)))

    def wants(
        self,
        quantity: int,
        *,
        on: date | None = None,
        item: int = 0,
        site: md.Site | None = None,
        shipped: bool = False,
        reserved: int = 0,
    ) -> Demand:
        """A customer's demand, by default of today and still open."""
        place, day = site or self.hub, on or local_day()
        group = DemandGroup.objects.create(
            company=self.company, site=place, document=f"SO-{next(_keys)}", party=self.supplier.party,
            ship_rule="partial", priority=5, ship_on=day,
        )  # fmt: skip
        return Demand.objects.create(
            group=group, item=self.items[item], site=place, ordered=quantity, requested_on=day, reserved=reserved,
            shipped=quantity if shipped else 0,
        )  # fmt: skip

    def sold(self, months: Sequence[int], *, item: int = 0, site: md.Site | None = None) -> None:
        """So much was wanted, and shipped, in each of the last whole months."""
        first = months_before(local_day().replace(day=1), len(months))
        for place, quantity in enumerate(months):
            if quantity:
                day = months_before(first, -place) + timedelta(days=14)
                self.wants(quantity, on=day, item=item, site=site, shipped=True)

    def holds(
        self, available: int, *, item: int = 0, site: md.Site | None = None, reserved: int = 0
    ) -> SiteStock:
        quantity = Decimal(available)
        return SiteStock.objects.update_or_create(
            item=self.items[item], site=site or self.hub,
            defaults={
                "on_hand": quantity, "available": quantity, "reserved": reserved, "valued_quantity": quantity,
                "value": 5 * quantity,
            },
        )[0]  # fmt: skip

    def proposal(self, **which: Any) -> ReplenishmentProposal:
        return ReplenishmentProposal.objects.get(**which)


def stocked(items: int = 1) -> Stocked:
    company = factories.company()
    hub, shop = factories.site(company=company, code="HUB"), factories.site(company=company, code="SHOP")
    supplier = factories.supplier(company=company)
    made = [factories.item(code=f"PART-{place}") for place in range(items)]
    for item in made:
        factories.catalogue_item(supplier=supplier, item=item, cost=2, lead_time_days=9)
    planner = factories.actor("procurement", "process_owner")
    return Stocked(company, hub, shop, supplier, made, planner)


def steady(items: int = 1, available: int = 20) -> Stocked:
    """The hub sold 2.4 a day of everything for a year and has too little of it."""
    made = stocked(items)
    for item in range(items):
        made.sold([MONTHLY] * 12, item=item)
        made.holds(available, item=item)
    return made


def assert_adds_up() -> None:
    """Every proposal follows from its own figures."""
    red = [result for result in results_of(prove(["S30", "S31", "K15"])) if not result.green]
    assert not red, red
