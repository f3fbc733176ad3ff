"""The price check: the same price as an order gets, its steps, its breaks, the goods, the margin by right."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.models import SiteStock
from masterdata.models import Customer, CustomerPriceScope, Item
from orders.desk.price_check import Break, price_sheet
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """An item at 10 in the list, 9 from 10 and 8 from 100; an agreement that gives 5 % off; stock at two sites."""
    company = make.trading_company(code="MER")
    near, far = company.sites.get(), make.site(company=company, code="FAR", name="Far site")
    item = make.item(code="FAH-1", name="Hex bolt", standard_cost=Decimal(6), gtin=make.valid_gtin())
    make.item_unit(item, "BX", 12)
    customer = make.customer(
        company=company, party=make.party(code="C1", name="Kaldermeer"), preferred_site=near
    )
    prices = make.price_scope(company=company, code="LIST", name="List 2026")
    for value, least in ((10, 0), (9, 10), (8, 100)):
        make.price(value, scope=prices, item=item, min_quantity=Decimal(least))
    make.assign(customer, prices)
    agreed = make.price_scope("agreement", company=company, code="AG-1", name="Agreement Kaldermeer")
    make.price(5, scope=agreed, item=item, method="discount")
    for site, free in ((near, 40), (far, 7)):
        SiteStock.objects.create(site=site, item=item, on_hand=free, available=free)
    return {"company": company, "item": item, "customer": customer, "agreed": agreed}


def sheet(shop, quantity=1, unit="", on=None, role="finance"):
    return price_sheet(
        user=make.user(*{"customer_service", role}),
        customer=Customer.objects.select_related("company").get(pk=shop["customer"].pk),
        item=Item.objects.select_related("item_class").get(pk=shop["item"].pk),
        quantity=Decimal(quantity), unit=unit, on=on or timezone.localdate(),
    )  # fmt: skip


@pytest.mark.parametrize(("quantity", "price"), [(1, 10), (9, 10), (10, 9), (99, 9), (100, 8)])
def test_the_quantity_chooses_the_price(shop, quantity, price):
    found = sheet(shop, quantity)
    assert (found.check.unit_price, found.check.net) == (price, price * quantity)
    assert [step["label"] for step in found.check.steps] == ["List 2026"]


def test_breaks_of_what_a_node_above_the_customer_agreed_count(shop):
    group = shop["customer"].group
    group.parent = make.customer_group()
    group.save()
    CustomerPriceScope.objects.filter(customer=shop["customer"]).update(customer=None, group=group.parent)
    assert [(each.quantity, each.unit_price) for each in sheet(shop).breaks] == [(1, 10), (10, 9), (100, 8)]


def test_breaks_are_priced_by_the_same_look(shop):
    assert sheet(shop, 10).breaks == [
        Break(Decimal(1), Decimal(10), None),
        Break(Decimal(10), Decimal(9), None),
        Break(Decimal(100), Decimal(8), Decimal(100) / 9),
    ]
    by_box = sheet(shop, 1, "BX")
    assert [(each.quantity, each.unit_price) for each in by_box.breaks] == [(1, 108), (9, 96)]


def test_an_agreement_stands_after_the_list_from_its_day_on(shop):
    today = timezone.localdate()
    make.assign(shop["customer"], shop["agreed"], valid_from=today + timedelta(days=10))
    assert sheet(shop).check.unit_price == 10
    later = sheet(shop, on=today + timedelta(days=10))
    assert later.check.unit_price == Decimal("9.5")
    assert [(s["label"], s["percent"], s["value"]) for s in later.check.steps] == [
        ("List 2026", None, 10),
        ("Agreement Kaldermeer", -5, Decimal("9.5")),
    ]
    assert [each.unit_price for each in later.breaks] == [Decimal("9.5"), Decimal("8.55"), Decimal("7.6")]


def test_the_goods_are_told_by_site_in_the_unit_asked_for(shop):
    found = sheet(shop, 1, "BX")
    assert [(place["here"], place["free"], place["text"]) for place in found.sites] == [
        (True, 40, "3"),
        (False, 7, "0"),
    ]
    assert (found.check.availability, found.tone) == ("3 free", "ok")


def test_margin_is_for_those_who_may_know(shop):
    assert sheet(shop).margin == 40
    hidden = sheet(shop, role="customer_service")
    assert (hidden.margin, hidden.sees_margin) == (None, False)


def signed_in(*roles, **values) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(make.user(*roles, **values), backend="erp.kernel.access.RoleBackend")
    return client


def ask(client, **query):
    answer = client.get(reverse("orders:price_check"), query)
    return answer.status_code, " ".join(answer.content.decode().split())


def test_the_page_answers_for_codes_and_barcodes(shop):
    status, page = ask(signed_in("customer_service"), customer="c1", item=shop["item"].gtin, quantity="10")
    assert status == 200
    assert "<b>EUR 9.00</b>" in page and "EUR 90.00 net" in page
    assert "40 EA" in page and "Far site" in page
    assert "margin" not in page
    assert "margin <b>33.3" in ask(signed_in("finance"), customer="C1", item="FAH-1", quantity="10")[1]


def test_an_empty_page_asks_and_a_wrong_one_keeps_what_was_typed(shop):
    client = signed_in("customer_service")
    assert "Whose price, for what?" in ask(client)[1]
    status, page = ask(client, customer="C1", item="FAH", quantity="many")
    assert status == 422
    assert "No single item has this number." in page and 'value="FAH"' in page
    assert "“many” is not a number." in page
    assert ask(client, customer="Nobody", item="FAH-1")[0] == 422


def test_what_cannot_be_sold_or_priced_is_said(shop):
    client = signed_in("customer_service")
    make.item(code="FREE")
    assert "Nobody knows a price." in ask(client, customer="C1", item="FREE")[1]
    Item.objects.filter(code="FAH-1").update(status="blocked")
    assert "FAH-1 is blocked for sale." in ask(client, customer="C1", item="FAH-1")[1]


def test_it_is_for_who_may_see_prices_and_customers_of_their_companies(shop):
    assert ask(signed_in("warehouse"), customer="C1", item="FAH-1")[0] == 403
    elsewhere = signed_in("customer_service", scope=f"company:{make.company().pk}")
    status, page = ask(elsewhere, customer="C1", item="FAH-1")
    assert status == 422 and "No customer has this number." in page
    assert ask(elsewhere, customer="C1", item="FAH-1", customer_pk=shop["customer"].pk)[0] == 422


def test_a_party_of_two_companies_is_picked_not_guessed(shop):
    make.customer(company=make.trading_company(), party=shop["customer"].party)
    client = signed_in("customer_service")
    status, page = ask(client, customer="C1", item="FAH-1")
    assert status == 422 and "Several companies sell to this customer." in page
    assert ask(client, customer="C1", item="FAH-1", customer_pk=shop["customer"].pk)[0] == 200
