"""Pages of master data: for whom, in which scope, with how many statements, and what a stale form answers."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.models import User
from masterdata.models import Customer, Item, ShipTo
from masterdata.urls import urlpatterns
from tests import factories as make

pytestmark = pytest.mark.django_db

LISTS = [
    "item_class_list", "unit_list", "customer_group_list", "payment_terms_list", "holiday_list", "item_list",
    "customer_list", "supplier_list", "price_list", "coupon_list", "price_scope_list", "company_list", "site_list",
    "bin_list", "period_list", "tax_code_list", "tax_rule_list",
]  # fmt: skip


@pytest.fixture(autouse=True)
def plain_static(settings):
    """Pages are read, not looked at: no collected files are needed."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="erp.kernel.access.RoleBackend")
    return client


SHARED = (
    "items",
    "item-classes",
    "kit-components",
    "substitutes",
    "units",
    "customer-groups",
    "payment-terms",
)  # one for all companies


def is_shared(address):
    return address.split("/")[2] in SHARED


@pytest.fixture
def house():
    """One row of everything, in one company."""
    company = make.company(code="MER")
    customer = make.customer(company=company, party=make.party(code="C1"))
    item = make.item(code="FAH-1")
    scope = make.price_scope(company=company)
    assigned = make.assign(customer, scope)
    make.price(scope=scope, item=item)
    make.tax_rule(company=company)
    make.period(company=company)
    return {
        "items": item, "customers": customer, "suppliers": make.supplier(company=company), "price-lists": scope,
        "companies": company, "sites": make.site(company=company), "bins": make.bin(),
        "ship_to": customer.ship_tos.get(), "item-classes": item.item_class, "units": item.stock_unit,
        "customer-groups": customer.group, "payment-terms": customer.terms, "holidays": make.holiday(),
        "tax": company.tax_codes.get(), "price-assignments": assigned, "substitutes": make.substitute(),
        "freight": make.freight_tariff(company=company), "kit-components": make.kit_component(),
        "catalogue": make.catalogue_item(company=company), "supplier-rebates": make.supplier_rebate(company=company),
        "coupons": make.coupon(company=company),
    }  # fmt: skip


def addresses(house):
    """Every page that is read, filled with the rows of the house."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "remove" in route or "policies/" in route:
            continue
        row = house.get(route.partition("/")[0])
        for place in ("<int:pk>", "<str:pk>"):
            route = route.replace(place, str(row.pk if row else ""))
        route = route.replace("<int:ship_to>", str(house["ship_to"].pk))
        yield pattern.name, f"/masterdata/{route}"


def test_every_page_opens_for_a_steward_and_none_for_a_stranger(house):
    steward, nobody, outside = (
        signed_in(make.user("data_steward")),
        signed_in(make.user()),
        Client(SERVER_NAME="localhost"),
    )
    for name, address in addresses(house):
        if not name.startswith("tax_") or name == "tax_code_list":
            assert steward.get(address).status_code in (200, 403), name
        assert nobody.get(address).status_code == 403, name
        assert outside.get(address).status_code == 302, name


def test_another_company_s_rows_are_not_there(house):
    other = make.user("data_steward", "finance", scope=f"company:{make.company().pk}")
    client = signed_in(other)
    for name, address in addresses(house):
        if any(part.isdigit() for part in address.split("/")) and not is_shared(address):
            assert client.get(address).status_code in (403, 404), name
    for name in (
        "customer_list",
        "supplier_list",
        "price_list",
        "site_list",
        "bin_list",
        "period_list",
        "holiday_list",
    ):
        shown = client.get(reverse(f"masterdata:{name}")).content.decode()
        assert "MER" not in shown, name


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_many(house, name, django_assert_max_num_queries):
    client = signed_in(make.user("data_steward", "finance"))
    for _ in range(6):
        customer = make.customer(party=make.party())
        scope = make.price_scope("agreement")
        make.assign(customer, scope)
        make.price(scope=scope, item=make.item())
        make.supplier(), make.bin(), make.tax_code(), make.coupon()
    with django_assert_max_num_queries(9):
        assert client.get(reverse(f"masterdata:{name}")).status_code == 200


@pytest.mark.parametrize(("role", "sees"), [("finance", True), ("customer_service", False)])
def test_what_an_item_costs_is_for_those_who_may_know(house, role, sees):
    Item.objects.update(standard_cost="123.4567")
    client = signed_in(make.user(role))
    pages = [
        client.get(reverse("masterdata:item_list")),
        client.get(reverse("masterdata:item", args=[house["items"].pk])),
    ]
    assert [("123.4567" in page.content.decode()) for page in pages] == [sees, sees]


def test_a_stale_form_answers_409_with_both_values(house):
    item = house["items"]
    form = {
        "name": "Mine", "item_class": item.item_class_id, "status": "active", "tax_class": "standard",
        "sell_unit": "EA", "buy_unit": "EA", "standard_cost": "6", "version": item.version,
    }  # fmt: skip
    Item.objects.filter(pk=item.pk).update(name="Theirs", version=2)
    answer = signed_in(make.user("data_steward")).post(
        reverse("masterdata:item_change", args=[item.pk]), form
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine" in shown and "Theirs" in shown
    item.refresh_from_db()
    assert item.name == "Theirs"


def test_a_refusal_stands_by_its_field_and_keeps_what_was_typed(house):
    client = signed_in(make.user("data_steward"))
    item = house["items"]
    form = {
        "code": "NEW-1", "name": "Kept as typed", "item_class": item.item_class_id, "kind": "stocked",
        "stock_unit": "EA", "tax_class": "standard", "standard_cost": "1", "gtin": "4006381333932",
    }  # fmt: skip
    answer = client.post(reverse("masterdata:item_create"), form)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "400638133393 ends in 1" in shown and "Kept as typed" in shown
    assert (
        client.post(reverse("masterdata:item_create"), {**form, "gtin": "4006381333931"}).status_code == 302
    )
    assert Item.objects.get(code="NEW-1").gtin == "4006381333931"


def test_a_customer_and_its_address_are_kept_in_the_browser(house):
    client = signed_in(make.user("data_steward"))
    group, terms = make.customer_group(), make.terms()
    made = client.post(reverse("masterdata:customer_create"), {
        "company": house["companies"].pk, "name": "Ostrelle SARL", "country": "FR", "language": "fr",
        "group": group.pk, "terms": terms.pk, "tax_treatment": "intra", "ship_rule": "partial",
        "freight_terms": "prepaid", "billing_trigger": "shipment", "city": "Lyon",
    })  # fmt: skip
    customer = Customer.objects.get(party__name="Ostrelle SARL")
    assert made.headers["Location"] == reverse("masterdata:customer", args=[customer.pk])
    assert (customer.minimum_fill_percent, customer.maximum_shipments) == (0, 0)
    home = customer.ship_tos.get()
    there = reverse("masterdata:ship_to_change", args=[customer.pk, home.pk])
    client.post(there, {"code": "01", "name": "Gate 2", "city": "Lyon", "country": "FR", "is_default": "on",
                        "is_active": "on", "version": 1})  # fmt: skip
    assert ShipTo.objects.get(pk=home.pk).name == "Gate 2"


def test_the_type_ahead_lists_what_was_typed(house):
    answer = signed_in(make.user("customer_service")).get(reverse("masterdata:item_lookup"), {"item": "fah"})
    assert f'data-id="{house["items"].pk}"' in answer.content.decode()
