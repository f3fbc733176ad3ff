"""How items are stocked is data: set once for each scope, changed by one at a time, taken away (PU02)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from inventory.models import StockingPolicy
from inventory.replenishment.actions.set_stocking_policy import (
    StockingTerms,
    change_stocking_policy,
    remove_stocking_policies,
    set_stocking_policy,
)
from inventory.replenishment.errors import PolicyExists
from tests import factories
from tests.factories import local_day
from tests.inventory.replenishment.stocked import stocked

pytestmark = pytest.mark.django_db
D = Decimal


def test_set_change_and_remove() -> None:
    made = stocked()
    scope = {"company_id": made.company.pk, "site_id": made.hub.pk, "item_id": made.items[0].pk}
    terms = StockingTerms("Fast mover", method="min_max", minimum=D(10), maximum=D(40))
    pk = set_stocking_policy(made.by(), terms=terms, **scope).policy_id
    with pytest.raises(PolicyExists):
        set_stocking_policy(made.by(), terms=terms, **scope)
    other = StockingTerms("Slower now", service_level=D(98), reviewer="lea", review_on=local_day())
    with pytest.raises(StaleVersion):
        change_stocking_policy(made.by(), policy_id=pk, version=7, terms=other)
    change_stocking_policy(made.by(), policy_id=pk, version=1, terms=other)
    found = StockingPolicy.objects.get()
    assert (found.method, found.minimum, found.service_level, found.version) == ("", None, 98, 2)
    assert remove_stocking_policies(made.by(), policy_ids=[pk]).policy_ids == [pk]
    assert not StockingPolicy.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"stocking": "maybe"}, "stocking"),
        ({"method": "guess"}, "method"),
        ({"service_level": D(100)}, "service_level"),
        ({"minimum": D(-1)}, "minimum"),
        ({"maximum": D(5)}, "maximum"),
        ({"minimum": D(6), "maximum": D(5)}, "maximum"),
        ({"order_multiple": D(0)}, "order_multiple"),
        ({"review_on": local_day()}, "reviewer"),
        ({"item_id": None}, "item"),
        ({"item_class_id": 1}, "item"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(changes: dict, field: str) -> None:
    made = stocked()
    scope = {"item_id": made.items[0].pk, "item_class_id": None}
    scope |= {name: changes[name] for name in scope if name in changes}
    terms = {"reason": "So", **{name: value for name, value in changes.items() if name not in scope}}
    with pytest.raises(BadInput) as refused:
        set_stocking_policy(made.by(), company_id=made.company.pk, terms=StockingTerms(**terms), **scope)
    assert refused.value.context["field"] == field
    assert not StockingPolicy.objects.exists()


def test_a_planner_of_a_site_sets_policies_of_that_site_only() -> None:
    made = stocked()
    here = By(factories.actor("procurement", scope=f"site:{made.shop.pk}"))
    common = {"company_id": made.company.pk, "item_id": made.items[0].pk, "terms": StockingTerms("So")}
    for site_id in (None, made.hub.pk):
        with pytest.raises(NotPermitted):
            set_stocking_policy(here, site_id=site_id, **common)
    set_stocking_policy(here, site_id=made.shop.pk, **common)
    with pytest.raises(NotFound):
        set_stocking_policy(made.by(), site_id=factories.site(company=factories.company()).pk, **common)
    assert StockingPolicy.objects.get().site == made.shop


@pytest.mark.parametrize("policies", [1, 10])
def test_many_are_removed_at_once_or_none(policies: int) -> None:
    made = stocked(items=policies)
    common = {"company": made.company, "reason": "So", "set_by": "tests"}
    ids = [StockingPolicy.objects.create(**common, item=item, site=made.hub).pk for item in made.items]
    here = By(factories.actor("procurement", scope=f"site:{made.shop.pk}"))
    with pytest.raises(NotPermitted):
        remove_stocking_policies(here, policy_ids=ids)
    with pytest.raises(NotFound):
        remove_stocking_policies(made.by(), policy_ids=[*ids, ids[-1] + 1])
    assert StockingPolicy.objects.count() == policies
    with CaptureQueriesContext(connection) as asked:
        assert remove_stocking_policies(made.by(), policy_ids=ids).policy_ids == ids
    assert sum("inventory_stockingpolicy" in each["sql"] for each in asked) == 2
    assert not StockingPolicy.objects.exists()
