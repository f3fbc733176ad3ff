"""Customer groups and payment terms: created once, changed on their version, by those who may."""

from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import CustomerGroup, PaymentTerms
from masterdata.parties.actions.change_customer_group import change_customer_group
from masterdata.parties.actions.change_payment_terms import change_payment_terms
from masterdata.parties.actions.create_customer_group import create_customer_group
from masterdata.parties.actions.create_payment_terms import create_payment_terms
from masterdata.parties.errors import GroupTaken, TermsTaken
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_group_is_created_and_changed_by_the_steward():
    by = By(make.actor("data_steward"))
    made = create_customer_group(by, code="key", name=" Key accounts ", priority=1)
    row = CustomerGroup.objects.get(pk=made.customer_group_id)
    assert (row.code, row.name, row.priority) == ("KEY", "Key accounts", 1)
    with pytest.raises(GroupTaken) as taken:
        create_customer_group(by, code="KEY", name="Again")
    assert taken.value.context["owner"] == "Key accounts"
    change_customer_group(by, customer_group_id=row.pk, version=1, changes={"priority": 2})
    with pytest.raises(StaleVersion) as stale:
        change_customer_group(by, customer_group_id=row.pk, version=1, changes={"priority": 3})
    assert stale.value.context["changes"] == [{"label": "Priority", "mine": "3", "theirs": "2"}]
    with pytest.raises(NotPermitted):
        create_customer_group(By(make.actor("finance")), code="X", name="X")
    assert CustomerGroup.objects.get().priority == 2


@pytest.mark.parametrize("changes", [{"priority": 0}, {"priority": 10}, {"name": " "}, {"code": "a b"}])
def test_what_is_no_group_is_refused(changes):
    with pytest.raises(BadInput) as refused:
        create_customer_group(By(make.actor("data_steward")), **{"code": "A", "name": "A", **changes})
    assert refused.value.context["field"] in changes
    assert not CustomerGroup.objects.exists()


@pytest.mark.parametrize("role", ["finance", "data_steward"])
def test_terms_are_created_and_changed(role):
    by = By(make.actor(role))
    made = create_payment_terms(by, code="n14", name="14 days net", days=14)
    with pytest.raises(TermsTaken):
        create_payment_terms(by, code="N14", name="Again", days=15)
    change_payment_terms(by, payment_terms_id=made.payment_terms_id, version=1, changes={"days": 10})
    with pytest.raises(StaleVersion):
        change_payment_terms(by, payment_terms_id=made.payment_terms_id, version=1, changes={"days": 9})
    assert list(PaymentTerms.objects.values_list("code", "days", "version")) == [("N14", 10, 2)]


def test_terms_take_off_a_cash_discount():
    by = By(make.actor("finance"))
    made = create_payment_terms(
        by, code="2-10", name="2 % in 10 days", days=30, discount_percent=Decimal(2), discount_days=10
    )
    change_payment_terms(
        by, payment_terms_id=made.payment_terms_id, version=1, changes={"discount_percent": Decimal("2.5")}
    )
    with pytest.raises(BadInput):  # later than it is due
        change_payment_terms(by, payment_terms_id=made.payment_terms_id, version=2, changes={"days": 9})
    assert list(PaymentTerms.objects.values_list("days", "discount_percent", "discount_days")) == [
        (30, Decimal("2.5"), 10)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"days": -1}, {"days": 366}, {"name": ""}, {"discount_percent": Decimal(100)},
        {"discount_percent": Decimal("0.001")}, {"discount_percent": Decimal(2), "discount_days": 31},
        {"discount_days": 1},
    ],
)  # fmt: skip
def test_what_are_no_terms_is_refused(changes):
    by, terms = By(make.actor("finance")), make.terms(30)
    with pytest.raises(BadInput):
        change_payment_terms(by, payment_terms_id=terms.pk, version=1, changes=changes)
    with pytest.raises(BadInput):
        create_payment_terms(by, **{"code": "B", "name": "B", "days": 1, **changes})
    assert list(PaymentTerms.objects.values_list("days", "version")) == [(30, 1)]
