"""Profiles of trading partners: kept by those who may, versioned, and found by the screens and the API."""

import pytest
from django.urls import reverse

from erp.kernel.audit import history_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from masterdata.models import Customer
from orders.models import TradingPartner
from orders.partners.actions.change_partner import change_partner
from orders.partners.actions.create_partner import create_partner
from orders.partners.errors import PartnerTaken
from tests.factories import actor, company, customer, ship_to, unit, user

pytestmark = pytest.mark.django_db
PROFILE = {"standard": "x12", "qualifier": "ZZ", "identifier": "ACME"}


@pytest.fixture
def buyer() -> Customer:
    return customer()


@pytest.fixture
def steward() -> By:
    return By(actor("data_steward"))


def test_a_profile_is_kept_and_changed_with_its_history(buyer, steward):
    unit(code="CS")
    code = ship_to(customer=buyer, code="NORTH").code
    made = create_partner(steward, customer_id=buyer.pk, profile=PROFILE)
    partner = TradingPartner.objects.get(pk=made.partner_id)
    assert (str(partner), partner.usage, partner.item_codes) == (
        "ZZ/ACME",
        "test",
        ["gtin", "buyer", "supplier"],
    )
    changes = {"units": {"gbnd": "cs"}, "ship_tos": {"W1": "north"}, "usage": "production"}
    change_partner(steward, partner_id=partner.pk, version=1, changes=changes)
    partner.refresh_from_db()
    assert (partner.units, partner.ship_tos, partner.version) == ({"GBND": "CS"}, {"W1": code}, 2)
    newest = history_of(TradingPartner, partner.pk)[0]
    assert {change.field for change in newest.changes} >= {"units", "ship_tos", "usage"}
    with pytest.raises(StaleVersion):
        change_partner(steward, partner_id=partner.pk, version=1, changes={"usage": "test"})


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"units": {"GBND": "QQ"}}, "units"),
        ({"ship_tos": {"W1": "NOWHERE"}}, "ship_tos"),
        ({"units": {"G\0": "EA"}}, "units"),
        ({"ship_tos": {" ": "1"}}, "ship_tos"),
        ({"units": {"x" * 36: "EA"}}, "units"),
        ({"item_codes": []}, "item_codes"),
        ({"item_codes": ["colour"]}, "item_codes"),
        ({"identifier": " "}, "identifier"),
        ({"standard": "tradacoms"}, "standard"),
        ({"supply": "rent"}, "supply"),
        ({"customer_id": 1}, "customer_id"),
    ],
)
def test_what_a_profile_may_not_say(buyer, steward, changes, field):
    made = create_partner(steward, customer_id=buyer.pk, profile=PROFILE)
    with pytest.raises(BadInput) as refused:
        change_partner(steward, partner_id=made.partner_id, version=1, changes=changes)
    assert refused.value.context["field"] == field
    assert TradingPartner.objects.get().version == 1


def test_one_address_is_one_partner(buyer, steward):
    create_partner(steward, customer_id=buyer.pk, profile=PROFILE)
    with pytest.raises(PartnerTaken):
        create_partner(steward, customer_id=buyer.pk, profile=PROFILE)
    other = create_partner(steward, customer_id=buyer.pk, profile={**PROFILE, "buyer_code": "S7"})
    with pytest.raises(PartnerTaken):
        change_partner(steward, partner_id=other.partner_id, version=1, changes={"buyer_code": ""})
    assert TradingPartner.objects.count() == 2


def test_who_may_keep_profiles(buyer):
    with pytest.raises(NotPermitted):
        create_partner(By(actor("customer_service")), customer_id=buyer.pk, profile=PROFILE)
    elsewhere = actor("data_steward", scope=f"company:{company(code='ELSE').pk}")
    with pytest.raises(NotFound):
        create_partner(By(elsewhere), customer_id=buyer.pk, profile=PROFILE)
    assert not TradingPartner.objects.exists()


def test_pages_create_and_change(buyer, client):
    client.force_login(user("data_steward"))
    form = {
        **PROFILE, "customer": buyer.party.code.lower(), "usage": "test", "item_codes": ["gtin", "buyer"],
        "units": "", "ship_tos": "", "supply": "drop", "takes_orders": "on", "order_ack": "on",
    }  # fmt: skip
    bad = client.post(reverse("orders:partner_create"), {**form, "units": "GBND"})
    assert bad.status_code == 422
    assert "Write each pair as theirs = ours" in bad.content.decode()
    answer = client.post(reverse("orders:partner_create"), form, follow=True)
    partner = TradingPartner.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("orders:partner", args=[partner.pk])
    assert (partner.item_codes, partner.functional_ack, partner.order_ack) == (["gtin", "buyer"], False, True)
    shown = client.get(reverse("orders:partner_change", args=[partner.pk]))
    assert shown.status_code == 200
    change = {**form, "usage": "production", "is_active": "on", "version": partner.version}
    assert client.post(reverse("orders:partner_change", args=[partner.pk]), change).status_code == 302
    partner.refresh_from_db()
    assert (partner.usage, partner.supply) == ("production", "drop")
    assert "ZZ/ACME" in client.get(reverse("orders:partner_list")).content.decode()


def test_programs_create_and_change(buyer, client):
    client.force_login(user("data_steward"))
    body = {**PROFILE, "customer": buyer.party.code}
    made = client.post(
        "/api/v1/trading-partners/", body, "application/json", headers={"Idempotency-Key": "p1"}
    )
    assert made.status_code == 201, made.content
    assert (made.json()["identifier"], made.json()["usage"], made.json()["units"]) == ("ACME", "test", {})
    address = f"/api/v1/trading-partners/{made.json()['id']}/"
    changed = client.patch(
        address, {"version": 1, "usage": "production", "supply": "special"}, "application/json"
    )
    assert (changed.status_code, changed.json()["usage"], changed.json()["supply"]) == (
        200,
        "production",
        "special",
    )
    assert (changed.json()["version"], made.json()["supply"]) == (2, "")
    stale = client.patch(address, {"version": 1, "usage": "test"}, "application/json")
    assert (stale.status_code, stale.json()["code"]) == (409, "kernel.stale_version")
