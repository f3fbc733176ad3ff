"""How a few items are stocked otherwise than the house says, and the proposals of the last night."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from inventory.models import DemandForecast, ReplenishmentProposal
from inventory.replenishment.actions.edit_proposal import edit_proposal
from inventory.replenishment.actions.plan_slice import plan_slice
from inventory.replenishment.actions.set_stocking_policy import StockingTerms, set_stocking_policy
from masterdata.models import Company, ItemClass


def plan_stock(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Plan the first company, say more of its busiest items, and plan it again as the night does."""
    company = Company.objects.earliest("pk")
    _plan(by, now - timedelta(days=1), company)
    busiest = DemandForecast.objects.filter(company=company).order_by("-monthly", "pk")[:2]
    review_on = (now + timedelta(days=30)).date()
    for forecast in busiest:
        terms = StockingTerms(
            "Runs out before every fair", service_level=Decimal(99), reviewer="buyer", review_on=review_on
        )
        set_stocking_policy(
            by("owner", now),
            company_id=company.pk,
            site_id=forecast.site_id,
            item_id=forecast.item_id,
            terms=terms,
        )
    for item_class in ItemClass.objects.filter(items__kind="stocked").distinct().order_by("code")[:1]:
        terms = StockingTerms("Cheap and small: never out", method="order_up_to", service_level=Decimal(98))
        set_stocking_policy(by("owner", now), company_id=company.pk, item_class_id=item_class.pk, terms=terms)
    _plan(by, now, company)
    first = (
        ReplenishmentProposal.objects.filter(company=company, state="open", kind="buy").order_by("pk").first()
    )
    if first is not None:
        edit_proposal(
            by("owner", now), proposal_id=first.pk, version=first.version, quantity=2 * first.quantity,
            note="Price goes up next month",
        )  # fmt: skip


def _plan(by: Callable[[str, datetime], By], at: datetime, company: Company) -> None:
    after, finished = 0, False
    while not finished:
        done = plan_slice(by("owner", at), company_id=company.pk, after=after)
        after, finished = done.after, done.finished
