"""Price proposals: compared, weighed, approved by someone else, in force from a day, taken back as a batch."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from erp.kernel import jobs
from erp.kernel.command import By
from erp.kernel.errors import BadInput, InvalidTransition, NotPermitted, StaleVersion
from erp.kernel.models import Grant, Job
from erp.kernel.tabular import FileRefused
from masterdata.models import Item, Price, PriceScope
from orders.entry.rules import LineRequest
from orders.models import OrderLine, PriceProposal, PriceProposalLine
from orders.proposals.actions.apply_proposal import bring_forward
from orders.proposals.actions.decide_proposal import approve_proposal, reject_proposal
from orders.proposals.actions.propose_prices import propose_prices
from orders.proposals.actions.revert_proposal import revert_proposal
from orders.proposals.errors import NothingProposed, OwnProposal
from orders.proposals.sheets import read_prices
from orders.proposals.tasks import APPLY_PRICES, RESTORE_PRICES
from tests import factories as make
from tests.factories import local_day
from tests.orders.test_api import client as api_of
from tests.orders.test_api import post
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
TODAY = local_day()
SOON = TODAY + timedelta(days=30)
D = Decimal


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def scope(shop) -> PriceScope:
    return PriceScope.objects.get(code="LIST")


@pytest.fixture
def steward():
    return make.user("data_steward")


@pytest.fixture
def owner():
    return make.user("process_owner")


def by(user) -> By:
    return By(make.Actor.of(user))


def propose(user, scope, text, on=SOON, title="Spring") -> PriceProposal:
    rows = read_prices(text.encode(), scope)
    made = propose_prices(by(user), scope_id=scope.pk, title=title, effective_on=on, rows=rows)
    return PriceProposal.objects.get(pk=made.proposal_id)


def run(kind, proposal, user) -> Job:
    """Do as the worker: run the job that the decision has left."""
    job = Job.objects.get(kind=kind, params__proposal_id=proposal.pk, state=Job.State.QUEUED)
    assert job.requested_by == user
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    proposal.refresh_from_db()
    return job


def approve(proposal, user, **more) -> Job:
    approve_proposal(by(user), proposal_id=proposal.pk, version=proposal.version, **more)
    return run(APPLY_PRICES, proposal, user)


def held(scope, item_id):
    rows = Price.objects.filter(scope=scope, item=item_id, min_quantity=0).order_by("valid_from")
    return [(row.value, row.valid_from, row.valid_to) for row in rows]


def test_a_file_is_compared_and_bad_rows_are_parked_with_their_reason(shop, scope, steward):
    item, other = Item.objects.order_by("pk")[:2]
    text = (
        "Item;Price;Unit;From quantity;Kind\n"
        f"{item.code};12,50;EA;;\n"
        f"{other.code};99,00;;10;net\n"
        "NOPE;1,00;;;\n"
        f"{item.code};abc;;;\n"
        f"{item.code};-1;;20;\n"
        f"{item.code};3;BX;30;\n"
        f"{item.code};13;;;\n"
        f"{item.code};10;;;discount\n"
        ";5;;;\n"
    )
    proposal = propose(steward, scope, text)
    assert (proposal.line_count, proposal.parked_count) == (2, 7)
    lines = list(proposal.lines.order_by("row"))
    old = D(10 + item.pk % 90)
    assert [(n.value, n.unit, n.min_quantity, n.before_value) for n in lines[:2]] == [
        (D("12.5"), "EA", 0, old), (D(99), "EA", 10, None),
    ]  # fmt: skip
    assert [line.problem for line in lines[2:]] == [
        "No single item is known as “NOPE”.",
        "“abc” is not a number.",
        "Not negative, a discount at most 100, a mark-up at most 1,000.",
        f"{item.code} has no unit BX.",
        "Row 2 has a price for the same already.",
        "A list has prices; a discount is taken off them.",
        "Name one item or one class.",
    ]
    assert not Price.objects.filter(valid_from=SOON).exists()


def test_a_file_without_headings_or_without_a_sound_row_is_refused(shop, scope, steward):
    with pytest.raises(FileRefused):
        read_prices(b"a;b\n1;2\n", scope)
    with pytest.raises(NothingProposed):
        propose(steward, scope, "Item;Price\nNOPE;1\n")
    assert not PriceProposal.objects.exists()


def test_the_impact_is_what_last_quarter_s_lines_would_have_cost_more(shop, scope, steward):
    item = Item.objects.get(pk=shop.world.items[1])
    old = D(10 + item.pk % 90)
    shop.submit([LineRequest(item.pk, D(3))])
    shop.submit([LineRequest(item.pk, D(20))])
    shop.submit([LineRequest(item.pk, D(5), price=old, price_reason="Match")])
    text = f"Item,Price,From quantity\n{item.code},{old + 2},0\n{item.code},{old - 1},10\n"
    proposal = propose(steward, scope, text)
    lines = proposal.lines.order_by("row")
    assert list(lines.values_list("sold_lines", "impact")) == [(1, 6), (1, -20)]
    assert proposal.impact == -14


def test_approved_prices_hold_from_their_day_and_the_batch_is_taken_back(shop, scope, steward, owner):
    item = Item.objects.get(pk=shop.world.items[1])
    old = D(10 + item.pk % 90)
    before = held(scope, item.pk)
    proposal = propose(steward, scope, f"Item,Price,From quantity\n{item.code},50,0\n{item.code},40,10\n")
    job = approve(proposal, owner)
    assert (job.done, job.message) == (2, "2 prices written")
    assert (proposal.state, proposal.decided_by) == ("applied", owner.username)
    assert held(scope, item.pk) == [(old, before[0][1], SOON), (50, SOON, None)]
    revert_proposal(by(owner), proposal_id=proposal.pk, reason="Wrong file")
    assert run(RESTORE_PRICES, proposal, owner).message == "2 prices taken back"
    assert proposal.state == "reverted"
    assert held(scope, item.pk) == before
    assert Price.objects.filter(scope=scope, item=item).count() == 1


def test_scheduled_prices_are_brought_forward_and_orders_pay_them(shop, scope, steward, owner):
    item = Item.objects.get(pk=shop.world.items[1])
    proposal = propose(steward, scope, f"Item,Price\n{item.code},50\n")
    approve(proposal, owner)
    wanted = [LineRequest(item.pk, D(1))]
    assert OrderLine.objects.get(order=shop.submit(wanted).order_id).unit_price == D(10 + item.pk % 90)
    bring_forward(by(owner), proposal_id=proposal.pk)
    run(APPLY_PRICES, proposal, owner)
    assert [value for value, *_ in held(scope, item.pk)] == [D(10 + item.pk % 90), 50]
    assert OrderLine.objects.get(order=shop.submit(wanted).order_id).unit_price == 50
    with pytest.raises(InvalidTransition):
        bring_forward(by(owner), proposal_id=proposal.pk)


def test_prices_that_have_held_stay_in_the_history_when_taken_back(shop, scope, steward, owner):
    item = Item.objects.get(pk=shop.world.items[1])
    old = D(10 + item.pk % 90)
    proposal = propose(steward, scope, f"Item,Price,From quantity\n{item.code},50,0\n{item.code},40,10\n")
    approve(proposal, owner, effective_on=SOON)
    began = TODAY - timedelta(days=7)
    Price.objects.filter(scope=scope, item=item, valid_to=SOON).update(valid_to=began)
    Price.objects.filter(scope=scope, item=item, valid_from=SOON).update(valid_from=began)
    PriceProposal.objects.update(effective_on=began)
    revert_proposal(by(owner), proposal_id=proposal.pk, reason="Complaints")
    run(RESTORE_PRICES, proposal, owner)
    (_, second, third) = held(scope, item.pk)
    assert second == (50, began, third[1])
    assert (third[0], third[2], (third[1] - TODAY).days in (0, 1)) == (old, None, True)
    tier = Price.objects.get(scope=scope, item=item, min_quantity=10)
    assert (tier.value, tier.valid_to) == (40, third[1])


def test_a_scheduled_price_that_was_replaced_for_its_day_is_there_again(shop, scope, steward, owner):
    item = Item.objects.get(pk=shop.world.items[1])
    first = propose(steward, scope, f"Item,Price\n{item.code},50\n", title="Spring")
    approve(first, owner)
    before = held(scope, item.pk)
    second = propose(steward, scope, f"Item,Price\n{item.code},60\n", title="Spring, once more")
    approve(second, owner)
    assert held(scope, item.pk)[-1] == (60, SOON, None)
    revert_proposal(by(owner), proposal_id=second.pk, reason="Wrong file")
    run(RESTORE_PRICES, second, owner)
    assert held(scope, item.pk) == before
    revert_proposal(by(owner), proposal_id=first.pk, reason="No increase")
    run(RESTORE_PRICES, first, owner)
    assert [value for value, *_ in held(scope, item.pk)] == [D(10 + item.pk % 90)]


def test_nobody_approves_their_own(shop, scope, owner):
    item = Item.objects.first()
    proposal = propose(owner, scope, f"Item,Price\n{item.code},50\n")
    with pytest.raises(OwnProposal):
        approve_proposal(by(owner), proposal_id=proposal.pk, version=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PriceProposal.objects.update(state="approved", decided_by=owner.username)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("proposed", "")


def test_who_may_not_and_what_is_stale_changes_nothing(shop, scope, steward, owner):
    item = Item.objects.first()
    proposal = propose(steward, scope, f"Item,Price\n{item.code},50\n")
    clerk = make.user("customer_service")
    with pytest.raises(NotPermitted):
        approve_proposal(by(clerk), proposal_id=proposal.pk, version=1)
    with pytest.raises(NotPermitted):
        propose(clerk, scope, f"Item,Price\n{item.code},50\n")
    elsewhere = make.user("process_owner", scope=f"company:{make.company().pk}")
    with pytest.raises(NotPermitted):
        approve_proposal(by(elsewhere), proposal_id=proposal.pk, version=1)
    with pytest.raises(StaleVersion):
        approve_proposal(by(owner), proposal_id=proposal.pk, version=2)
    with pytest.raises(BadInput):
        approve_proposal(by(owner), proposal_id=proposal.pk, version=1, effective_on=date(2020, 1, 1))
    with pytest.raises(BadInput):
        reject_proposal(by(owner), proposal_id=proposal.pk, version=1, reason=" ")
    assert PriceProposal.objects.get().state == "proposed"
    reject_proposal(by(owner), proposal_id=proposal.pk, version=1, reason="Too much")
    with pytest.raises(InvalidTransition):
        approve_proposal(by(owner), proposal_id=proposal.pk, version=2)
    assert not Job.objects.exists()


def test_proposing_takes_the_same_statements_for_any_file(shop, scope, steward):
    codes = list(Item.objects.values_list("code", flat=True))
    counts = []
    for size in (1, 1, 12):
        text = "Item,Price\n" + "".join(f"{code},50\n" for code in codes[:size])
        rows = read_prices(text.encode(), scope)
        with count_statements() as counted:
            propose_prices(by(steward), scope_id=scope.pk, title="T", effective_on=SOON, rows=rows)
        counts.append(counted.statements)
    assert counts[1] == counts[2]


def test_the_pages_carry_a_proposal_from_file_to_approval(shop, scope, steward, owner, client):
    item = Item.objects.get(pk=shop.world.items[1])
    client.force_login(steward)
    assert client.get(reverse("orders:price_propose")).status_code == 200
    file = SimpleUploadedFile("spring.csv", f"Item,Price\n{item.code},50\nNOPE,1\n".encode())
    entries = {"scope": scope.pk, "title": "Spring", "effective_on": SOON.isoformat(), "file": file}
    answer = client.post(reverse("orders:price_propose"), entries)
    proposal = PriceProposal.objects.get()
    assert answer["Location"] == reverse("orders:price_proposal", args=[proposal.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "someone else approves them" in page
    assert "No single item is known as “NOPE”." in page
    approve_url = reverse("orders:price_proposal_approve", args=[proposal.pk])
    assert client.post(approve_url, {"version": 1}).status_code == 403
    client.force_login(owner)
    for name in ("price_proposal_list", "price_proposal_lines"):
        assert client.get(reverse(f"orders:{name}")).status_code == 200
    assert client.get(reverse("orders:price_template", args=["xlsx"])).status_code == 200
    assert "Approve and schedule" in client.get(answer["Location"]).content.decode()
    answer = client.post(approve_url, {"version": 1})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("job", args=[job.public_id]))
    assert (job.kind, job.title, job.requested_by) == (APPLY_PRICES, "Prices of Spring", owner)
    assert PriceProposal.objects.get().state == "approved"
    assert PriceProposalLine.objects.filter(problem="").count() == 1


def test_one_price_is_proposed_on_its_set_s_page_and_holds_when_another_approves(
    shop, scope, steward, owner, client
):
    item = Item.objects.order_by("pk")[1]
    before = D(10 + item.pk % 90)
    client.force_login(steward)
    there = reverse("orders:price_propose_one", args=[scope.pk])
    page = client.get(reverse("masterdata:price_scope", args=[scope.pk])).content.decode()
    assert there in page and reverse("masterdata:price_set", args=[scope.pk]) in page
    entered = {"item": item.code, "method": "net", "value": str(before * 2), "valid_from": SOON.isoformat()}
    refused = client.post(reverse("masterdata:price_set", args=[scope.pk]), entered)
    assert refused.status_code == 422 and "Propose them under price proposals" in refused.content.decode()
    assert client.post(there, {**entered, "item": item.code, "value": "-1"}).status_code == 422
    answer = client.post(there, {**entered, "reason": "Steel"})
    made = PriceProposal.objects.get()
    assert answer["Location"] == reverse("orders:price_proposal", args=[made.pk])
    assert (made.title, made.line_count, made.parked_count, made.effective_on) == ("Steel", 1, 0, SOON)
    line = made.lines.get()
    assert (line.item, line.value, line.before_value) == (item, before * 2, before)
    with pytest.raises(NotPermitted):
        approve_proposal(by(steward), proposal_id=made.pk, version=1)
    approve(made, owner)
    assert held(scope, item.pk)[-1] == (before * 2, SOON, None)


def test_programs_propose_and_another_program_approves(shop, scope, steward, owner):
    item = Item.objects.order_by("pk")[1]
    body = {
        "scope": scope.pk, "title": "Steel", "effective_on": SOON.isoformat(),
        "lines": [{"item": item.code, "value": "77.00"}, {"item": "NOPE", "value": "1"}],
    }  # fmt: skip
    first, second = api_of(steward), api_of(owner)
    made = post(first, "price-proposals/", body)
    assert made.status_code == 201, made.data
    assert (made.data["line_count"], made.data["parked_count"]) == (1, 1)
    assert [(row["item"], row["problem"]) for row in made.data["lines"]] == [
        (item.code, ""), (None, "No single item is known as “NOPE”."),
    ]  # fmt: skip
    assert post(first, "price-proposals/", body).data == made.data
    there = f"price-proposals/{made.data['id']}"
    assert post(first, f"{there}/approve/", {"version": 1}).status_code == 403
    Grant.objects.create(user=steward, role="process_owner", scope="*")
    own = post(api_of(steward), f"{there}/approve/", {"version": 1}, "own")
    assert (own.status_code, own.data["code"]) == (403, "orders.own_price_proposal")
    stale = post(second, f"{there}/approve/", {"version": 7}, "stale")
    assert (stale.status_code, stale.data["code"]) == (409, "kernel.stale_version")
    assert post(second, f"{there}/approve/", {"version": 1}, "yes").data["state"] == "approved"
    run(APPLY_PRICES, PriceProposal.objects.get(), owner)
    assert held(scope, item.pk)[-1] == (77, SOON, None)
    empty = post(first, "price-proposals/", {**body, "lines": [{"item": "NOPE", "value": "1"}]}, "empty")
    assert (empty.status_code, empty.data["code"]) == (400, "orders.nothing_proposed")
