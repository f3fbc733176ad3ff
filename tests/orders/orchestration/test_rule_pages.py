"""The pages of the order rules: written, tried, approved by another, in force; and what programs read and ask."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.clock import now
from erp.kernel.models import Job, User
from masterdata.models import Company, Item
from orders.entry.rules import LineRequest
from orders.models import OrderRule, RuleVersion, SalesOrder
from tests.factories import user
from tests.orders.pricing.promotions import free_goods
from tests.orders.rulebook.books import approved, rule, service, when, written
from tests.orders.test_api import client as api_of
from tests.orders.test_api import post
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_from_an_empty_list_to_rules_in_force(shop):
    service()
    owner, other = signed_in(User.objects.get(username="bench")), signed_in(user("executive"))
    listed = reverse("orders:rule_version_list")
    assert "No order rules" in owner.get(listed).content.decode()
    made = owner.post(
        reverse("orders:rules_begin"), {"company": shop.world.company_id, "reason": "small orders cost"}
    )
    version = RuleVersion.objects.get()
    assert made["Location"] == reverse("orders:rule_version", args=[version.pk])
    new = reverse("orders:rule_new", args=[version.pk])
    assert owner.get(new).status_code == 200
    entered = {
        "version": 1, "sequence": "10", "name": "Small order", "kind": "fee", "item": "HANDLING",
        "amount": "15.00", "field_1": "net", "operator_1": "below", "condition_1": "much",
    }  # fmt: skip
    refused = owner.post(new, entered)
    assert refused.status_code == 422 and "is no figure" in refused.content.decode()
    assert not OrderRule.objects.exists()
    owner.post(new, {**entered, "condition_1": "100"})
    row = OrderRule.objects.get()
    assert row.conditions == [{"field": "net", "operator": "below", "values": ["100"]}]
    change = reverse("orders:rule_change", args=[version.pk, row.pk])
    assert 'value="HANDLING"' in owner.get(change).content.decode()
    owner.post(change, {**entered, "version": 2, "condition_1": "120", "amount": "12.50"})
    page = reverse("orders:rule_version", args=[version.pk])
    text = owner.get(page).content.decode()
    assert "Order total is below 120" in text and "Fee HANDLING of 12.50" in text
    owner.post(
        reverse("orders:rules_try", args=[version.pk]),
        {"from_on": "-30", "to_on": "t"},
    )
    assert Job.objects.get().kind == "orders.try_rules"
    decide = reverse("orders:rules_decide", args=[version.pk, "propose"])
    owner.post(decide, {"version": 3})
    assert "someone else approves them" in owner.get(page).content.decode()
    owner.post(reverse("orders:rules_decide", args=[version.pk, "approve"]), {"version": 4})
    assert RuleVersion.objects.get().state == "proposed"
    other.post(
        reverse("orders:rules_decide", args=[version.pk, "approve"]), {"version": 4, "valid_from": "t"}
    )
    assert RuleVersion.objects.get().state == "approved"
    assert "In force" in other.get(listed).content.decode()
    assert SalesOrder.objects.get(pk=shop.submit().order_id).lines.filter(price_source="fee").count() == 1
    back = owner.post(
        f"{reverse('orders:rules_begin')}?from={version.pk}",
        {"company": shop.world.company_id, "reason": "as before"},
    )
    assert back.status_code == 302
    assert RuleVersion.objects.get(state="draft").based_on_id == version.pk


def test_who_reads_does_not_write(shop):
    version = approved(shop, rule(10, "priority", priority="2"))
    reader = signed_in(user("customer_service"))
    page = reader.get(reverse("orders:rule_version", args=[version.pk])).content.decode()
    assert "Priority 2" in page and "New version from it" not in page and "Bring back" not in page
    assert reader.get(reverse("orders:rules_begin")).status_code == 403
    assert reader.post(reverse("orders:rules_try", args=[version.pk])).status_code == 403
    refused = reader.post(
        reverse("orders:rules_decide", args=[version.pk, "drop"]), {"version": version.version}
    )
    assert refused.status_code == 403
    stranger = signed_in(user("process_owner", scope="company:999999"))
    assert stranger.get(reverse("orders:rule_version", args=[version.pk])).status_code == 404


def test_programs_read_rules_and_ask_what_they_would_do(shop):
    service()
    approved(
        shop,
        rule(10, "fee", when("net", "below", "100000"), item="HANDLING", amount="5"),
        rule(20, "hold", when("channel", "in", "edi"), hold="rule", reason="look"),
    )
    api = api_of(User.objects.get(username="bench"))
    (row,) = api.get("/api/v1/order-rules/").data["results"]
    assert (row["number"], row["standing"], row["count"]) == (1, "holds", 2)
    detail = api.get(f"/api/v1/order-rules/{row['id']}/").data
    assert [(each["when"], each["then"]) for each in detail["rules"]] == [
        ("Order total is below 100,000", "Fee HANDLING of 5.00"),
        ("Channel is one of edi", "Hold (Order rule): look"),
    ]
    wanted = {"customer": "C0", "lines": [{"item": "P0", "quantity": "2"}]}
    found = post(api, "order-rules/evaluate/", wanted).data
    assert (found["version"], found["holds"]) == (1, [])
    assert found["fees"] == [{"item": "HANDLING", "amount": "5.00", "rule": "fee 10"}]
    assert found["sentence"] == "By the rules of OR-1: Fee HANDLING of 5.00."
    by_edi = post(api, "order-rules/evaluate/", {**wanted, "channel": "edi"}).data
    assert [hold["kind"] for hold in by_edi["holds"]] == ["rule"]
    assert not SalesOrder.objects.exists()
    assert post(api_of(user("administrator")), "order-rules/evaluate/", wanted).status_code == 403


def test_what_comes_free_weighs_too(shop):
    item = Item.objects.get(pk=shop.world.items[1])
    Item.objects.update(weight_kg=1)
    free_goods(shop, item)
    approved(shop, rule(10, "priority", when("weight_kg", "at_least", "11"), priority="2"))
    api = api_of(User.objects.get(username="bench"))
    wanted = {"customer": "C0", "lines": [{"item": item.code, "quantity": "10"}]}
    assert post(api, "order-rules/evaluate/", wanted).data["priority"] == 2
    made = shop.submit([LineRequest(item.pk, Decimal(10))])
    assert SalesOrder.objects.get(pk=made.order_id).group.priority == 2


def test_programs_write_a_version_and_another_approves_it(shop):
    service()
    company = Company.objects.get(pk=shop.world.company_id)
    api, other = api_of(User.objects.get(username="bench")), api_of(user("process_owner"))
    begun = post(api, "order-rules/", {"company": company.code, "reason": "small orders cost"}, "begin")
    assert (begun.status_code, begun.data["state"], begun.data["rules"]) == (201, "draft", []), begun.data
    again = post(api, "order-rules/", {"company": company.code, "reason": "small orders cost"}, "begin")
    assert again.data == begun.data and RuleVersion.objects.count() == 1
    busy = post(api, "order-rules/", {"company": company.code, "reason": "another"}, "busy")
    assert (busy.status_code, busy.data["code"]) == (409, "orders.rules_open")
    there = f"order-rules/{begun.data['id']}"
    fee = {
        "version": 1, "sequence": 10, "name": "Small order", "kind": "fee",
        "conditions": [{"field": "net", "operator": "below", "values": ["100"]}],
        "outcome": {"item": "HANDLING", "amount": "15.00"},
    }  # fmt: skip
    wrong = {**fee, "conditions": [{"field": "net", "operator": "below", "values": ["much"]}]}
    assert post(api, f"{there}/rule/", wrong, "wrong").data["code"] == "kernel.bad_input"
    first = post(api, f"{there}/rule/", fee, "fee").data
    assert [(row["when"], row["then"]) for row in first["rules"]] == [
        ("Order total is below 100", "Fee HANDLING of 15.00")
    ]
    assert first["version"] == 2
    stale = post(api, f"{there}/rule/", {**fee, "sequence": 20}, "stale")
    assert (stale.status_code, stale.data["code"]) == (409, "kernel.stale_version")
    (row,) = first["rules"]
    lower = {**fee, "version": 2, "rule": row["id"], "outcome": {"item": "HANDLING", "amount": "12.50"}}
    assert post(api, f"{there}/rule/", lower, "lower").data["rules"][0]["then"] == "Fee HANDLING of 12.50"
    second = {**fee, "version": 3, "sequence": 20, "name": "Edi waits", "kind": "hold",
              "conditions": [{"field": "channel", "operator": "in", "values": ["edi", "csv"]}],
              "outcome": {"hold": "rule", "reason": "look"}}  # fmt: skip
    more = post(api, f"{there}/rule/", second, "second").data
    gone = post(api, f"{there}/remove-rule/", {"version": 4, "rule": more["rules"][1]["id"]}, "gone").data
    assert ([each["name"] for each in gone["rules"]], gone["version"]) == (["Small order"], 5)
    assert post(api, f"{there}/propose/", {"version": 5}, "propose").data["state"] == "proposed"
    own = post(api, f"{there}/approve/", {"version": 6}, "own")
    assert (own.status_code, own.data["code"]) == (403, "orders.own_rules")
    back = post(other, f"{there}/send-back/", {"version": 6, "reason": "why 12.50?"}, "back").data
    assert back["state"] == "draft"
    post(api, f"{there}/propose/", {"version": 7}, "propose-again")
    done = post(other, f"{there}/approve/", {"version": 8}, "approve").data
    assert (done["state"], done["standing"]) == ("approved", "holds")
    order = shop.submit()
    fees = SalesOrder.objects.get(pk=order.order_id).lines.filter(price_source="fee")
    assert [line.net for line in fees] == [Decimal("12.50")]
    based = post(api, "order-rules/", {"company": company.code, "reason": "next"}, "next").data
    assert [each["name"] for each in based["rules"]] == ["Small order"]
    dropped = post(api, f"order-rules/{based['id']}/drop/", {"version": 1, "reason": "no"}, "drop").data
    assert dropped["state"] == "dropped"


@pytest.mark.parametrize("path", ["", "{}/rule/", "{}/propose/", "{}/approve/", "{}/drop/"])
def test_programs_without_the_right_write_no_rules(shop, path):
    draft = written(shop)
    reader = api_of(user("customer_service"))
    company = Company.objects.get(pk=shop.world.company_id)
    bodies = {"": {"company": company.code, "reason": "x"}, "{}/drop/": {"version": 1, "reason": "x"}}
    answer = post(reader, f"order-rules/{path.format(draft.pk)}", bodies.get(path, {"version": 1}))
    assert answer.status_code == 403
    assert list(RuleVersion.objects.values_list("state", flat=True)) == ["draft"]


def test_programs_order_by_rush(shop):
    api = api_of(User.objects.get(username="bench"))
    body = {"customer": "C0", "rush": "rush", "lines": [{"item": "P0", "quantity": "2"}]}
    made = post(api, "orders/", body)
    assert made.status_code == 201, made.data
    assert SalesOrder.objects.get().rush == "RUSH"
    unknown = post(api, "orders/", {**body, "rush": "AOG"}, "other")
    assert (unknown.status_code, unknown.data["code"]) == (400, "orders.rush_unknown")
    preview = post(api, "order-preview/", body, "look")
    assert preview.status_code == 200, preview.data
    assert now() - SalesOrder.objects.get().submitted_at < timedelta(minutes=5)
