"""Classes, units, groups, terms, holidays and tax codes in the browser: create, change, refuse, compare, export."""

import pytest
from django.urls import reverse

from masterdata.models import CustomerGroup, Holiday, ItemClass, PaymentTerms, TaxCode, Unit
from tests import factories as make
from tests.masterdata.test_pages import plain_static, signed_in  # noqa: F401  # a fixture of every page test

pytestmark = pytest.mark.django_db

# name of the pages, what creates one, what its code is refused with when it is there, a change and what it shows
MASTERS = {
    "item_class": (
        ItemClass, {"code": "FAS", "name": "Fasteners", "required_attributes": "Thread\nCoating"},
        "FAS is already the code of the class Fasteners",
        {"name": "Screws", "required_attributes": "Thread"}, "Name: Fasteners → Screws",
    ),
    "unit": (
        Unit, {"code": "KGM", "name": "Kilogram", "decimals": "3"}, "KGM is already the unit Kilogram",
        {"name": "Kilo", "decimals": "3"}, "Name: Kilogram → Kilo",
    ),
    "customer_group": (
        CustomerGroup, {"code": "KEY", "name": "Key accounts", "priority": "1"},
        "KEY is already the code of the group Key accounts", {"name": "Key", "priority": "2"}, "Priority: 1 → 2",
    ),
    "payment_terms": (
        PaymentTerms, {"code": "N14", "name": "14 days", "days": "14"},
        "N14 is already the code of the terms 14 days", {"name": "14 days", "days": "10"}, "Days: 14 → 10",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MASTERS)
def test_a_master_is_found_created_changed_and_its_history_seen(name):
    model, entered, taken, change, said = MASTERS[name]
    client = signed_in(make.user("data_steward", name="Stine Dahl", username="stine"))
    listed, create = reverse(f"masterdata:{name}_list"), reverse(f"masterdata:{name}_create")
    empty = client.get(listed).content.decode()
    assert "yet" in empty and f'href="{create}"' in empty
    made = client.post(create, entered)
    row = model.objects.get()
    there = reverse(f"masterdata:{name}", args=[row.pk])
    assert (made.status_code, made["Location"]) == (302, there)
    again = client.post(create, entered)
    assert again.status_code == 422 and taken in again.content.decode()
    assert client.post(f"{there}change/", {**change, "version": 1})["Location"] == there
    stale = client.post(f"{there}change/", {**change, "name": "Mine", "version": 1})
    assert stale.status_code == 409
    assert "Mine" in stale.content.decode() and change["name"] in stale.content.decode()
    page = client.get(there).content.decode()
    assert said in page and "stine" in page
    assert entered["code"] in client.get(listed, {"q": change["name"][:4]}).content.decode()
    assert "Nothing matches" in client.get(listed, {"q": "nothing of that name"}).content.decode()
    for kind in ("csv", "xlsx"):
        assert client.get(listed, {"export": kind}).status_code == 200
    assert entered["code"] in client.get(listed, {"export": "csv"}).content.decode()


@pytest.mark.parametrize("name", MASTERS)
def test_who_only_reads_gets_no_button_and_no_form(name):
    model, entered, *_rest = MASTERS[name]
    signed_in(make.user("data_steward")).post(reverse(f"masterdata:{name}_create"), entered)
    reader, row = signed_in(make.user("customer_service")), model.objects.get()
    there = reverse(f"masterdata:{name}", args=[row.pk])
    assert f"{there}change/" not in reader.get(there).content.decode()
    assert (
        reverse(f"masterdata:{name}_create")
        not in reader.get(reverse(f"masterdata:{name}_list")).content.decode()
    )
    assert reader.get(f"{there}change/").status_code == 403
    assert reader.post(f"{there}change/", {"name": "Mine", "version": 1}).status_code == 403
    assert model.objects.get().version == 1


def test_a_holiday_is_added_for_sites_changed_and_removed():
    sites = [make.site(code="ANR"), make.site(code="GNT")]
    client = signed_in(make.user("data_steward"))
    asked = {"sites": [site.pk for site in sites], "on": "2026-12-25", "name": "Christmas"}
    assert client.post(reverse("masterdata:holiday_create"), asked).status_code == 302
    again = client.post(reverse("masterdata:holiday_create"), asked)
    assert again.status_code == 422 and "ANR is closed on 2026-12-25 already" in again.content.decode()
    row = Holiday.objects.get(site=sites[0])
    there = reverse("masterdata:holiday", args=[row.pk])
    assert client.get(there).status_code == 200
    client.post(f"{there}change/", {"on": "2026-12-24", "name": "Christmas Eve", "version": 1})
    stale = client.post(f"{there}change/", {"on": "2026-12-24", "name": "Mine", "version": 1})
    assert stale.status_code == 409
    assert "Name: Christmas → Christmas Eve" in client.get(there).content.decode()
    assert client.post(f"{there}remove/").status_code == 302
    assert list(Holiday.objects.values_list("site__code", "name")) == [("GNT", "Christmas")]
    listed = client.get(
        reverse("masterdata:holiday_list"), {"view": "all", "site": sites[1].pk}
    ).content.decode()
    assert "Christmas" in listed


def test_a_tax_code_keeps_its_rate_and_says_otherwise_why():
    company = make.company()
    rule = make.tax_rule(company=company)
    exempt = make.tax_code(0, company=company, category="E", exemption_reason="Article 44")
    client = signed_in(make.user("finance"))
    there = reverse("masterdata:tax_code", args=[exempt.pk])
    change = {"name": "Exempt", "exemption_reason": "Article 132", "version": 1}
    assert client.post(f"{there}change/", change)["Location"] == there
    assert "Exemption reason: Article 44 → Article 132" in client.get(there).content.decode()
    assert client.post(f"{there}change/", {**change, "name": "Mine"}).status_code == 409
    without = client.post(f"{there}change/", {**change, "exemption_reason": "", "version": 2})
    assert (
        without.status_code == 422
        and "invoices have to say why no tax is charged" in without.content.decode()
    )
    chosen = client.get(reverse("masterdata:tax_code", args=[rule.tax_code_id])).content.decode()
    assert "Domestic" in chosen
    steward = signed_in(make.user("data_steward"))
    assert steward.post(f"{there}change/", change).status_code == 403
    exempt.refresh_from_db()
    assert TaxCode.objects.filter(name="Exempt", rate_percent=0, version=2).get() == exempt
