"""Disputes: opened, given away, closed, credited, written off within limits and by a second person's word."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.disputes.actions.assign_disputes import assign_disputes, change_dispute, return_disputes
from billing.disputes.actions.close_disputes import close_disputes
from billing.disputes.actions.credit_dispute import credit_dispute
from billing.disputes.actions.open_dispute import open_dispute
from billing.disputes.actions.write_off_dispute import (
    approve_write_offs,
    refuse_write_offs,
    take_back_write_off,
    write_off_dispute,
)
from billing.disputes.errors import (
    BeyondDispute,
    BeyondWriteOffLimit,
    DisputeClosed,
    NotDisputable,
    NotWrittenOff,
    OwnWriteOff,
    WriteOffDecided,
    WriteOffWaits,
)
from billing.disputes.policies import DISPUTE_OWNER, LIMITS
from billing.exceptions.errors import OwnerCannotWork
from billing.invoicing.actions.credit_invoice import CreditLine, credit_invoice
from billing.ledger.models import Purpose
from billing.models import CashApplication, Dispute, DisputeOutcome, Invoice, Journal, OpenItem
from billing.receivables.actions.reverse_application import reverse_application
from billing.receivables.errors import OverDisputed
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import Decision, User
from masterdata.policies.actions.set_policy import set_policy
from tests import factories
from tests.billing.disputes.disputing import PROOFS, disputed, figures, outcomes
from tests.billing.receivables.test_cash import balance, exposure, open_item, receive
from tests.billing.test_proofs import red
from tests.factories import local_day
from tests.support import count_statements
from tests.trade import Trade


@pytest.fixture
def owner() -> Actor:
    return factories.actor("process_owner", username="owner")


def set_limit(role: str, value: int) -> None:
    by = By(factories.actor("process_owner", "finance"))
    set_policy(by, key=LIMITS[role].key, value=Decimal(value), valid_from=local_day())


def test_a_dispute_is_carved_out_and_changes_nothing_of_what_is_owed(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    before = (exposure(trade), balance(Purpose.RECEIVABLE), Journal.objects.count())
    dispute = disputed(item, colleague, 30, "damage", claim="RK-17", note="Three cartons wet")
    assert dispute.number == f"DSP-{dispute.pk}"
    assert (dispute.kind, dispute.claim, dispute.note, dispute.amount, dispute.open, dispute.opened_by) == (
        "damage", "RK-17", "Three cartons wet", 30, 30, "colleague",
    )  # fmt: skip
    assert (dispute.due_on, dispute.owner, dispute.closed_at) == (local_day() + timedelta(14), None, None)
    assert figures(item) == (item.amount, 30)
    assert (exposure(trade), balance(Purpose.RECEIVABLE), Journal.objects.count()) == before
    assert red(*PROOFS) == set()


def test_a_policy_names_the_owner_of_what_is_new(trade: Trade, colleague: Actor) -> None:
    by = By(factories.actor("process_owner", "finance"))
    set_policy(by, key=DISPUTE_OWNER.key, value="colleague", valid_from=local_day())
    assert disputed(open_item(trade), colleague).owner == User.objects.get(username="colleague")


def test_what_cannot_be_disputed_is_refused_and_changes_nothing(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    memo_id = credit_invoice(
        By(colleague), invoice_id=open_item(trade, 3).invoice_id, reason="Wet"
    ).credit_memo_id
    memo = OpenItem.objects.get(invoice_id=memo_id)
    disputed(item, colleague, 30)
    free = item.amount - 30
    for refusal, given in (
        (OverDisputed, {"amount": free + Decimal("0.01")}),
        (BadInput, {"amount": Decimal(0)}),
        (BadInput, {"amount": Decimal("0.001")}),
        (BadInput, {"kind": "mood"}),
        (NotFound, {"open_item_id": item.pk + 1000}),
    ):
        with pytest.raises(refusal):
            open_dispute(
                By(colleague), **{"open_item_id": item.pk, "kind": "price", "amount": Decimal(1), **given}
            )
    OpenItem.objects.filter(pk=memo.pk).update(open=memo.amount)
    with pytest.raises(NotDisputable):
        open_dispute(By(colleague), open_item_id=memo.pk, kind="price", amount=Decimal(1))
    with pytest.raises(NotPermitted):
        disputed(item, factories.actor("warehouse"))
    assert (Dispute.objects.count(), figures(item)) == (1, (item.amount, 30))
    disputed(item, colleague, free)
    assert figures(item) == (item.amount, item.amount)


def test_a_dispute_is_given_to_somebody_and_back(trade: Trade, colleague: Actor) -> None:
    first, second = disputed(open_item(trade), colleague), disputed(open_item(trade), colleague)
    worker, stranger = factories.user("finance"), factories.user("warehouse")
    ids = [first.pk, second.pk]
    assign_disputes(By(colleague), dispute_ids=ids, owner_id=worker.pk)
    assert set(Dispute.objects.values_list("owner", flat=True)) == {worker.pk}
    with pytest.raises(OwnerCannotWork):
        assign_disputes(By(colleague), dispute_ids=ids, owner_id=stranger.pk)
    return_disputes(By(colleague), dispute_ids=ids)
    assert set(Dispute.objects.values_list("owner", flat=True)) == {None}


def test_what_it_is_about_and_its_day_may_change(trade: Trade, colleague: Actor) -> None:
    dispute = disputed(open_item(trade), colleague)
    given = {"dispute_id": dispute.pk, "kind": "freight", "claim": "A1"}
    with pytest.raises(BadInput):
        change_dispute(By(colleague), **given, due_on=local_day() + timedelta(30))
    with pytest.raises(BadInput):
        change_dispute(By(colleague), **given, due_on=local_day(), reason="Carrier is asked")
    later = local_day() + timedelta(30)
    change_dispute(By(colleague), **given, due_on=later, reason="Carrier is asked")
    dispute.refresh_from_db()
    assert (dispute.kind, dispute.claim, dispute.due_on, dispute.version) == ("freight", "A1", later, 2)


@pytest.mark.parametrize("how", ["recovered", "withdrawn"])
def test_a_dispute_that_does_not_hold_is_owed_as_before(trade: Trade, colleague: Actor, how: str) -> None:
    item = open_item(trade)
    dispute = disputed(item, colleague)
    close_disputes(By(colleague), dispute_ids=[dispute.pk], how=how, note="Proof of delivery sent")
    dispute.refresh_from_db()
    assert (dispute.open, dispute.closed_at is not None) == (0, True)
    assert outcomes(dispute) == [(how, "done", 30)]
    assert figures(item) == (item.amount, 0)
    assert close_disputes(By(colleague), dispute_ids=[dispute.pk], how=how, note="Again").dispute_ids == []
    with pytest.raises(DisputeClosed):
        write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(1), note="Again")
    assert red(*PROOFS) == set()


def test_a_write_off_within_the_limit_lowers_item_books_and_exposure(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    dispute, before = disputed(item, colleague), exposure(trade)
    made = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(12), note="Not worth it")
    assert (made.waits, made.left) == (False, 18)
    assert figures(item) == (item.amount - 12, 18)
    assert (exposure(trade), balance(Purpose.WRITE_OFF)) == (before - 12, 12)
    assert balance(Purpose.RECEIVABLE) == item.amount - 12
    row = CashApplication.objects.get()
    assert (row.amount, row.reason, row.receipt, row.credit) == (12, "write_off", None, None)
    assert Journal.objects.get(kind="write_off").source_id == row.pk
    with pytest.raises(NotFound):
        reverse_application(By(colleague), application_id=row.pk, reason="By the wrong door")
    assert red(*PROOFS) == set()

    take_back_write_off(By(colleague), outcome_id=made.outcome_id, reason="They pay after all")
    assert (figures(item), exposure(trade), balance(Purpose.WRITE_OFF)) == ((item.amount, 30), before, 0)
    dispute.refresh_from_db()
    assert (dispute.open, outcomes(dispute)) == (30, [("written", "taken_back", 12)])
    with pytest.raises(NotWrittenOff):
        take_back_write_off(By(colleague), outcome_id=made.outcome_id, reason="Twice")
    assert red(*PROOFS) == set()


def test_writing_off_the_rest_closes_and_taking_back_opens_again(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    dispute = disputed(item, colleague)
    made = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(30), note="Goodwill")
    dispute.refresh_from_db()
    assert (dispute.open, dispute.closed_at is None, figures(item)) == (0, False, (item.amount - 30, 0))
    take_back_write_off(By(colleague), outcome_id=made.outcome_id, reason="Mistake")
    dispute.refresh_from_db()
    assert (dispute.open, dispute.closed_at, figures(item)) == (30, None, (item.amount, 30))
    assert red(*PROOFS) == set()


def test_beyond_the_limit_another_person_decides(trade: Trade, colleague: Actor, owner: Actor) -> None:
    set_limit("finance", 20)
    item = open_item(trade)
    dispute, before = disputed(item, colleague), exposure(trade)
    small = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(15), note="Agreed")
    assert not small.waits
    # what one person has written off of the invoice counts, in however many steps
    rest = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(15), note="Agreed")
    assert (rest.waits, rest.left, figures(item)) == (True, 15, (item.amount - 15, 15))
    with pytest.raises(WriteOffWaits):
        close_disputes(By(colleague), dispute_ids=[dispute.pk], how="recovered", note="No")
    with pytest.raises(WriteOffWaits):
        write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(1), note="More")
    with pytest.raises(OwnWriteOff):
        approve_write_offs(By(colleague), outcome_ids=[rest.outcome_id])
    assert (exposure(trade), CashApplication.objects.count()) == (before - 15, 1)

    approve_write_offs(By(owner), outcome_ids=[rest.outcome_id], note="Fine")
    dispute.refresh_from_db()
    assert (dispute.open, outcomes(dispute)) == (0, [("written", "done", 15), ("written", "done", 15)])
    assert (figures(item), balance(Purpose.WRITE_OFF)) == ((item.amount - 30, 0), 30)
    approved = DisputeOutcome.objects.get(pk=rest.outcome_id)
    assert (approved.decided_by, approved.decision_note) == ("owner", "Fine")
    with pytest.raises(WriteOffDecided):
        approve_write_offs(By(owner), outcome_ids=[rest.outcome_id])
    assert red(*PROOFS) == set()


def test_nobody_approves_beyond_their_own_limit(trade: Trade, colleague: Actor) -> None:
    set_limit("finance", 20)
    item = open_item(trade)
    dispute = disputed(item, colleague)
    waiting = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(21), note="Agreed")
    other = factories.actor("finance", username="other")
    with pytest.raises(BeyondWriteOffLimit) as refusal:
        approve_write_offs(By(other), outcome_ids=[waiting.outcome_id])
    assert (refusal.value.context["amount"], refusal.value.context["limit"]) == (21, 20)
    assert (figures(item), CashApplication.objects.count()) == ((item.amount, 30), 0)


def test_a_proposal_is_refused_with_a_reason_and_another_may_follow(
    trade: Trade, colleague: Actor, owner: Actor
) -> None:
    set_limit("finance", 20)
    item = open_item(trade)
    dispute = disputed(item, colleague)
    waiting = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(25), note="Agreed")
    with pytest.raises(BadInput):
        refuse_write_offs(By(owner), outcome_ids=[waiting.outcome_id], reason=" ")
    refuse_write_offs(By(owner), outcome_ids=[waiting.outcome_id], reason="Ask for the POD first")
    assert outcomes(dispute) == [("written", "refused", 25)]
    assert figures(item) == (item.amount, 30)
    again = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(20), note="Less")
    assert (again.waits, figures(item)) == (False, (item.amount - 20, 10))


def test_a_proposal_is_dropped_when_nothing_is_disputed_any_more(
    trade: Trade, colleague: Actor, owner: Actor
) -> None:
    set_limit("finance", 20)
    item = open_item(trade)
    dispute = disputed(item, colleague)
    waiting = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(25), note="Agreed")
    receive(trade, colleague, item.amount, Application(item.pk, item.amount))
    assert outcomes(dispute) == [("written", "refused", 25), ("paid", "done", 30)]
    with pytest.raises(WriteOffDecided):
        approve_write_offs(By(owner), outcome_ids=[waiting.outcome_id])
    assert (figures(item), red(*PROOFS)) == ((0, 0), set())


def test_the_schema_wants_two_persons(trade: Trade, colleague: Actor) -> None:
    set_limit("finance", 20)
    dispute = disputed(open_item(trade), colleague)
    waiting = write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(25), note="Agreed")
    row = CashApplication.objects.create(
        item=dispute.item, amount=25, reason="write_off", applied_at=dispute.opened_at, applied_by="colleague"
    )
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        DisputeOutcome.objects.filter(pk=waiting.outcome_id).update(
            state="done", decided_by="colleague", application=row
        )


def test_a_dispute_is_credited_by_lines_of_its_invoice(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade, 10)
    line = item.invoice.lines.get()
    each = item.amount / 10
    dispute = disputed(item, colleague, each * 3, "shortage")
    result = credit_dispute(
        By(colleague), dispute_id=dispute.pk, lines=[CreditLine(line.pk, Decimal(2))], note="Two were missing"
    )
    memo = Invoice.objects.get(pk=result.credit_memo_id)
    assert (memo.gross, memo.reason) == (each * 2, f"{dispute.number}: Two were missing")
    assert (result.left, figures(item)) == (each, (each * 8, each))
    assert outcomes(dispute) == [("credited", "done", each * 2)]
    assert dispute.outcomes.get().memo == memo
    assert red(*PROOFS, "B2", "B3", "B4") == set()


def test_whoever_lacks_the_right_to_credit_does_not_by_a_dispute(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    line, dispute = item.invoice.lines.get(), disputed(item, colleague)
    with pytest.raises(NotPermitted):
        credit_dispute(
            By(factories.actor("customer_service")),
            dispute_id=dispute.pk,
            lines=[CreditLine(line.pk, Decimal(1))],
            note="Please",
        )
    with pytest.raises(BadInput):
        credit_dispute(By(colleague), dispute_id=dispute.pk, lines=[], note="Nothing named")
    assert (Invoice.objects.filter(kind="credit_memo").count(), figures(item)) == (0, (item.amount, 30))


def test_beyond_what_is_disputed_nothing_is_written_off(trade: Trade, colleague: Actor) -> None:
    dispute = disputed(open_item(trade), colleague)
    for refusal, amount in ((BeyondDispute, "30.01"), (BadInput, "0"), (BadInput, "0.001")):
        with pytest.raises(refusal):
            write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(amount), note="Too much")
    with pytest.raises(BadInput):
        write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(1), note="")
    assert DisputeOutcome.objects.count() == 0


def test_statements_do_not_depend_on_how_many_are_decided(
    trade: Trade, colleague: Actor, owner: Actor
) -> None:
    set_limit("finance", 0)
    items = [open_item(trade) for _ in range(6)]
    disputes = [disputed(item, colleague) for item in items]
    waiting = [
        write_off_dispute(By(colleague), dispute_id=one.pk, amount=Decimal(5), note="Agreed").outcome_id
        for one in disputes
    ]
    counts = []
    for chosen in (waiting[:1], waiting[1:]):
        with count_statements() as counted:
            approve_write_offs(By(owner), outcome_ids=chosen)
        counts.append(counted.statements)
    for some in (disputes[:1], disputes[1:]):
        with count_statements() as counted:
            close_disputes(By(colleague), dispute_ids=[one.pk for one in some], how="recovered", note="No")
        counts.append(counted.statements)
    assert counts[0] == counts[1] and counts[2] == counts[3]
    assert red(*PROOFS) == set()
    assert Decision.objects.filter(verb="billing.approve_write_offs").count() == 6


def test_the_same_key_is_one_dispute(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    given = {"open_item_id": item.pk, "kind": "price", "amount": Decimal(5)}
    first, second = (open_dispute(By(colleague, key="k1"), **given) for _ in range(2))
    assert (first, Dispute.objects.count(), figures(item)[1]) == (second, 1, 5)


def test_a_wrong_row_turns_its_proof_red(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    dispute = disputed(item, colleague)
    write_off_dispute(By(colleague), dispute_id=dispute.pk, amount=Decimal(5), note="Agreed")
    OpenItem.objects.filter(pk=item.pk).update(disputed=1)
    assert red("G20", "G21", "G22") == {"G20"}
    Dispute.objects.update(open=24)
    assert red("G21", "G22") == {"G21"}
    DisputeOutcome.objects.update(state="taken_back", reversed_at=dispute.opened_at, reversal_reason="None")
    assert red("G22") == {"G22"}
