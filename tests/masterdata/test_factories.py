"""Every factory gives a valid row with no arguments, and rows made together belong together."""

import pytest

from masterdata.models import Customer, ItemUnit, Site
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    ["company", "period", "site", "zone", "bin", "unit", "item_class", "item", "terms", "customer_group", "party",
     "customer", "ship_to", "supplier", "price_scope", "price", "tax_code", "tax_rule", "user", "trading_company"],
)  # fmt: skip
def test_a_factory_needs_no_arguments(name):
    row = getattr(make, name)()
    row.full_clean(exclude=["granted_by", "search"])
    assert row.pk


def test_rows_that_name_no_parent_share_one_company():
    price, customer, place = make.price(), make.customer(), make.site()
    assert {price.scope.company_id, customer.company_id, place.company_id} == {customer.company_id}


def test_a_trading_company_has_books_and_bins():
    company = make.trading_company()
    assert company.accounts.count() == 14
    assert sorted(Site.objects.get(company=company).bins.values_list("kind", flat=True)) == [
        "pick", "receiving", "shipping", "transit",
    ]  # fmt: skip


def test_an_item_counts_itself_in_its_stock_unit_and_a_customer_has_an_address():
    thing, buyer = make.item(), make.customer()
    assert ItemUnit.objects.filter(item=thing, unit=thing.stock_unit, numerator=1, denominator=1).count() == 1
    assert Customer.objects.get(pk=buyer.pk).ship_tos.get().is_default
