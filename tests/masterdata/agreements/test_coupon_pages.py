"""Coupons in the browser: issued on their promotion's page, listed by what is left of them, ended and limited."""

from datetime import date

import pytest
from django.urls import reverse

from masterdata.models import Coupon, Price
from tests import factories as make
from tests.masterdata.test_pages import signed_in

pytestmark = pytest.mark.django_db
JAN = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def plain_static(settings):
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}


@pytest.fixture
def promotion():
    company = make.company()
    return make.price_scope("promotion", company=company, stacking="on_all", name="Spring action")


def test_a_coupon_from_issue_to_its_end(promotion):
    steward = signed_in(make.user("data_steward"))
    page = reverse("masterdata:price_scope", args=[promotion.pk])
    issue = reverse("masterdata:coupon_issue", args=[promotion.pk])
    assert issue in steward.get(page).content.decode()
    assert "No coupons yet" in steward.get(reverse("masterdata:coupon_list")).content.decode()
    entered = {"code": "spring 26", "valid_from": "2026-01-01", "most_uses": "2"}
    refused = steward.post(issue, entered)
    assert refused.status_code == 422 and "without blanks" in refused.content.decode()
    assert not Coupon.objects.exists()
    assert steward.post(issue, {**entered, "code": "spring26"})["Location"] == page
    found = Coupon.objects.get()
    assert (found.code, found.most_uses, found.most_per_customer, found.valid_to) == (
        "SPRING26",
        2,
        None,
        None,
    )
    assert "SPRING26" in steward.get(page).content.decode()

    change = reverse("masterdata:coupon_change", args=[found.pk])
    assert 'value="2"' in steward.get(change).content.decode()
    steward.post(
        change, {"version": "1", "most_uses": "", "most_per_customer": "1", "valid_to": "2026-12-31"}
    )
    found.refresh_from_db()
    assert (found.most_uses, found.most_per_customer, found.valid_to) == (None, 1, date(2026, 12, 31))
    stale = steward.post(change, {"version": "1", "most_uses": "9"})
    assert stale.status_code == 409
    found.refresh_from_db()
    assert found.most_uses is None


@pytest.mark.parametrize(
    ("more", "tabs"),
    [
        ({"most_uses": 3, "used": 2}, {"now", "all"}),
        ({"most_uses": 3, "used": 3}, {"used", "all"}),
        ({"valid_from": date(2040, 1, 1)}, {"next", "all"}),
        ({"valid_to": date(2026, 2, 1)}, {"all"}),
    ],
)
def test_the_list_says_which_can_be_used(promotion, more, tabs):
    made = Coupon.objects.create(
        company=promotion.company, scope=promotion, code="SPRING", **{"valid_from": JAN, **more}
    )
    reader = signed_in(make.user("process_owner"))
    for view in ("now", "used", "next", "all"):
        rows = reader.get(reverse("masterdata:coupon_list"), {"view": view}).context["rows"]
        assert [row["pk"] for row in rows] == ([made.pk] if view in tabs else []), view


def test_others_see_and_change_none(promotion):
    made = Coupon.objects.create(company=promotion.company, scope=promotion, code="SPRING", valid_from=JAN)
    change = reverse("masterdata:coupon_change", args=[made.pk])
    assert signed_in(make.user("warehouse")).get(reverse("masterdata:coupon_list")).status_code == 403
    assert signed_in(make.user("customer_service")).get(change).status_code == 403
    elsewhere = make.user("data_steward", scope=f"company:{make.company().pk}")
    assert signed_in(elsewhere).get(change).status_code == 404


def test_free_goods_are_set_and_shown_on_the_promotion(promotion):
    promotion.stacking = "free"
    promotion.save()
    item, gift = make.item(code="FAH-1"), make.item(code="GIFT-1")
    steward = signed_in(make.user("data_steward"))
    there = reverse("masterdata:price_set", args=[promotion.pk])
    entered = {
        "item": "FAH-1", "method": "free", "value": "1", "min_quantity": "10", "free_item": "GIFT-1",
        "valid_from": "2026-01-01",
    }  # fmt: skip
    assert steward.post(there, {**entered, "free_item": "NOPE"}).status_code == 422
    assert steward.post(there, entered).status_code == 302
    price = Price.objects.get()
    assert (price.item, price.free_item, price.value, price.min_quantity) == (item, gift, 1, 10)
    page = steward.get(reverse("masterdata:price_scope", args=[promotion.pk])).content.decode()
    assert "1 GIFT-1 free" in page
