"""Pages of transfers: asked for, decided, loaded and unloaded by scan, cleared; what is proposed."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.palette import find
from erp.kernel.work import waiting
from inventory.models import (
    Lot,
    RebalanceProposal,
    StockBalance,
    TransferDifference,
    TransferLine,
    TransferOrder,
)
from inventory.transfers.actions.propose_transfers import propose_transfers
from masterdata.models import Bin, Item
from tests.factories import user
from tests.inventory.transfers.moving import Moving, contents_of, difference_of, in_transit, moving, order_of

pytestmark = pytest.mark.django_db
GTIN = "5412345000013"


@pytest.fixture
def shop() -> Moving:
    made = moving()
    Item.objects.filter(pk=made.world.items[0]).update(gtin=GTIN, name="Lock nut M12")
    return made


def signed_in(*roles: str, **values: str) -> Client:
    client = Client()
    client.force_login(user(*roles, **values))
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"inventory:{name}", args=args)


@pytest.mark.parametrize("name", ["transfer_list", "transfer_difference_list", "proposal_list"])
def test_lists_open_with_few_statements(shop, name, django_assert_max_num_queries):
    shop.take(shop.shipped(10), 8, complete=True)
    client = signed_in("warehouse", "procurement")
    client.get(url(name))
    with django_assert_max_num_queries(18):
        assert client.get(url(name)).status_code == 200


def test_a_request_is_typed_changed_and_approved(shop):
    client = signed_in("procurement", username="lea")
    page = url("transfer_new")
    assert client.get(page).status_code == 200
    header = {
        "key": "k1",
        "site": shop.gives,
        "to_site": shop.gets,
        "needed_on": "9 Jan 2026",
        "reason": "replenish",
    }
    row = {"item": ["p0", ""], "quantity": ["12", ""], "unit": ["", ""], "for": ["", ""]}
    wrong = client.post(page, {**header, **row, "item": ["nope", ""]})
    assert (wrong.status_code, "there is no item" in wrong.content.decode()) == (422, True)
    made = client.post(page, {**header, **row})
    order = TransferOrder.objects.get()
    assert made["Location"] == url("transfer", order.pk)
    changed = {"key": "k2", "version": 1, "needed_on": "12 Jan 2026", **row, "quantity": ["10", ""]}
    assert client.get(url("transfer_amend", order.pk)).status_code == 200
    assert client.post(url("transfer_amend", order.pk), changed)["Location"] == url("transfer", order.pk)
    assert TransferLine.objects.get().quantity == 10
    stale = client.post(url("transfer_amend", order.pk), {**changed, "key": "k3"})
    assert (stale.status_code, stale["X-Stale"]) == (409, "1")
    assert client.post(url("transfer_approve", order.pk), {"key": "k4"}).status_code == 302
    text = client.get(url("transfer", order.pk)).content.decode()
    assert order_of(order.pk).state == "approved"
    assert ("Approved" in text, "Requested" in text) == (True, True)
    assert url("transfer_ship", order.pk) not in text  # procurement does not load trucks


def test_what_an_order_waits_for_is_asked_for_it(shop):
    shop.lock_away(shop.gets)
    demand = shop.wants(7)
    client = signed_in("procurement")
    page = f"{url('transfer_new')}?for={demand.pk}"
    item = client.get(reverse("masterdata:item", args=[demand.item_id])).content.decode()
    assert (demand.group.document in item, page in item) == (True, True)
    text = client.get(page).content.decode()
    assert f'<option value="{shop.gives}" selected>' in text
    assert (demand.group.document in text, 'value="7"' in text, f'name="for" value="{demand.pk}"' in text) == (
        True, True, True,
    )  # fmt: skip


def test_it_is_loaded_by_scan_and_shipped(shop):
    pk = shop.approved(3)
    client, page = signed_in("warehouse"), url("transfer_ship", pk)
    line, place = TransferLine.objects.get(), Bin.objects.filter(site=shop.gives).order_by("pk")[0]
    field = f"load-{line.pk}-{place.pk}-0"
    assert field in client.get(page).content.decode()
    said = client.post(page, {"key": "k1", "do": "scan", "code": GTIN, field: "1"})
    assert (said.status_code, f'name="{field}" value="2"' in said.content.decode()) == (200, True)
    full = client.post(page, {"key": "k1", "do": "scan", "code": GTIN, field: "3"})
    assert (full.status_code, "is counted already" in full.content.decode()) == (422, True)
    wrong = client.post(page, {"key": "k1", "do": "scan", "code": "P1", field: "3"})
    assert (wrong.status_code, "is not among these goods" in wrong.content.decode()) == (422, True)
    assert f'name="{field}" value="3"' in client.post(page, {"key": "k1", "do": "all"}).content.decode()
    assert client.post(page, {"key": "k1", field: ""}).status_code == 422
    assert order_of(pk).state == "approved"
    done = client.post(page, {"key": "k1", field: "3", "carrier": "Own", "keep_rest": "on"})
    assert done["Location"] == url("transfer", pk)
    assert (order_of(pk).state, in_transit(shop.gets)) == ("shipped", 3)


def test_it_is_unloaded_with_a_difference_which_is_cleared(shop):
    pk = shop.shipped(10)
    client, page = signed_in("warehouse", username="hugo"), url("transfer_receive", pk)
    (content,) = contents_of(pk)
    good, damaged, bin_field = f"good-{content.pk}", f"damaged-{content.pk}", f"bin-{content.pk}"
    dock = Bin.objects.get(pk=shop.dock()).code
    assert good in client.get(page).content.decode()
    said = client.post(page, {"key": "k1", "do": "scan", "code": GTIN, good: "6", bin_field: dock})
    assert f'name="{good}" value="7"' in said.content.decode()
    wrong = client.post(page, {"key": "k1", good: "7", bin_field: "NOPE"})
    assert (wrong.status_code, "no bin" in wrong.content.decode()) == (422, True)
    part = client.post(page, {"key": "k0", good: "2", bin_field: dock}, follow=True)
    assert "is received in part; the rest is on its way." in part.content.decode()
    done = client.post(
        page, {"key": "k1", good: "5", damaged: "1", bin_field: dock, "note": "Wet", "complete": "on"}
    )
    assert done["Location"] == url("transfer", pk)
    assert sorted(TransferDifference.objects.values_list("kind", "quantity")) == [
        ("damaged", 1),
        ("short", 2),
    ]
    assert (order_of(pk).state, shop.at(shop.gets).on_hand) == ("received", 1_000_007)
    short = TransferDifference.objects.get(kind="short")
    page = url("transfer_difference", short.pk)
    assert client.get(page).status_code == 200
    found = client.post(page, {"key": "k2", "do": "find", "quantity": "2", "bin": dock})
    assert found["Location"] == page
    wet = TransferDifference.objects.get(kind="damaged")
    page = url("transfer_difference", wet.pk)
    assert client.post(page, {"key": "k3", "do": "write_off", "note": ""}).status_code == 422
    boss = signed_in("process_owner")
    assert (
        boss.post(page, {"key": "k4", "do": "write_off", "note": "Wet", "claim_reference": "C-9"}).status_code
        == 302
    )
    assert "Claimed" in boss.get(page).content.decode()
    assert in_transit(shop.gets) == 0


def test_what_expired_on_its_way_is_unloaded_and_found_as_expired(shop):
    lot = shop.put_lot("L1", 3, date(2999, 1, 1))
    shop.lock_away(shop.gives, left=3)
    pk = shop.shipped(3)
    Lot.objects.filter(pk=lot.pk).update(expires_on=date(2026, 1, 1))
    client, page = signed_in("warehouse"), url("transfer_receive", pk)
    (content,), dock = contents_of(pk), Bin.objects.get(pk=shop.dock()).code
    assert ">Expired<" in client.get(page).content.decode()
    given = {f"good-{content.pk}": "2", f"bin-{content.pk}": dock, "complete": "on"}
    assert client.post(page, {"key": "k1", **given})["Location"] == url("transfer", pk)
    page = url("transfer_difference", difference_of(pk).pk)
    found = client.post(page, {"key": "k2", "do": "find", "quantity": "1", "bin": dock})
    assert found["Location"] == page
    kept = StockBalance.objects.filter(lot=lot, site=shop.gets, quantity__gt=0)
    assert list(kept.values_list("status", "quantity")) == [("expired", 3)]


def test_refusing_and_cancelling_ask_for_a_reason(shop):
    pk, client = shop.ask(), signed_in("process_owner")
    assert client.post(url("transfer_refuse", pk), {"key": "k1", "reason": ""}).status_code == 422
    assert client.post(url("transfer_refuse", pk), {"key": "k1", "reason": "Needed here"}).status_code == 302
    other = shop.approved()
    assert client.post(url("transfer_cancel", other), {"key": "k2", "reason": "No truck"}).status_code == 302
    assert [order_of(pk).state, order_of(other).state] == ["refused", "cancelled"]


def test_the_list_approves_and_tells_what_it_refuses(shop):
    fine, too_much = shop.ask(10), shop.ask(2_000_000)
    client = signed_in("process_owner")
    body = {"action": "approve", "id": [fine, too_much]}
    told = client.post(url("transfer_list"), body, headers={"HX-Request": "true"})
    assert "1 refused" in told["HX-Trigger"]
    assert [order_of(fine).state, order_of(too_much).state] == ["approved", "requested"]
    client.post(url("transfer_list"), {"action": "cancel", "id": [fine], "asked": "1", "reason": "No truck"})
    assert order_of(fine).state == "cancelled"


def test_proposals_show_why_and_are_computed_on_demand(shop):
    shop.lock_away(shop.gets)
    demand = shop.wants(7)
    client = signed_in("procurement")
    assert client.post(url("proposal_compute")).status_code == 303
    found = RebalanceProposal.objects.get()
    text = client.get(url("proposal", found.pk)).content.decode()
    assert (demand.group.document in text, "no date" in text) == (True, True)
    assert signed_in("warehouse").post(url("proposal_compute")).status_code == 403


def test_what_waits_stands_in_my_work_and_the_palette(shop):
    shop.ask()
    shop.approved()
    shop.take(shop.shipped(10), 8, complete=True)
    shop.lock_away(shop.gets, place=1)
    shop.wants(1, place=1)
    propose_transfers(shop.by(), company_id=shop.world.company_id)
    hands, buyer = user("warehouse"), user("procurement")
    mine = {str(item.label): item.count for item in waiting(hands, "warehouse")}
    assert {name: mine[name] for name in mine if "ransfer" in name} == {
        "Transfers to ship": 1, "Transfers to receive": 0, "Transfer differences": 1,
    }  # fmt: skip
    theirs = {str(item.label): item.count for item in waiting(buyer, "procurement")}
    assert (theirs["Transfers to approve"], theirs["Rebalancing proposals"]) == (1, 1)
    assert difference_of(TransferOrder.objects.get(state="received").pk).owner == shop.actor.name
    number = TransferOrder.objects.earliest("pk").number
    hits = [hit.code for _label, found in find(hands, "warehouse", number) for hit in found]
    assert hits == [number]
