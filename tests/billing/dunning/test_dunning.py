"""Dunning: letters by levels, never twice for one, past what is disputed, stopped or promised; with their paper."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from billing.collections.actions.record_promise import record_promise, withdraw_promise
from billing.dunning.actions.dun_payers import dun_payers
from billing.dunning.actions.keep_levels import save_dunning_level, save_dunning_text
from billing.dunning.actions.start_dunning import RUN, start_dunning
from billing.dunning.actions.stop_dunning import end_dunning_stop, stop_dunning
from billing.dunning.errors import LevelOutOfOrder, NotStopped, StoppedAlready, UnknownPlaceholder
from billing.dunning.letters import letter_context
from billing.dunning.models import DunningLetter, DunningLetterItem, DunningLevel, DunningStop
from billing.dunning.tasks import dun_tonight
from billing.models import OpenItem
from erp.kernel import outbox
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, InvalidTransition, NotFound, NotPermitted, StaleVersion
from erp.kernel.jobs import run_job
from erp.kernel.models import Job
from masterdata.models import Party
from orders.messages.models import DocumentMessage
from tests import factories
from tests.billing.collections.test_collections import late_item
from tests.billing.disputes.disputing import disputed
from tests.billing.test_proofs import red
from tests.factories import local_day
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

PROOFS = ("G23", "K20")


def levels(shop: Trade, *, fee: int = 0) -> list[DunningLevel]:
    """Two levels with texts in English, the second in Dutch as well."""
    by, company_id = By(factories.actor("process_owner")), shop.world.company_id
    made = []
    for level, name, days in ((1, "Reminder", 5), (2, "Demand", 20)):
        kept = save_dunning_level(
            by, company_id=company_id, level=level, name=name, days=days, fee=Decimal(fee * level)
        )
        made.append(DunningLevel.objects.get(pk=kept.level_id))
        save_dunning_text(
            by, level_id=kept.level_id, language="en", subject=f"{name} over {{total}} {{currency}}",
            body="Dear {name}, {count} of our invoices are overdue. Please pay {total} {currency} by {pay_by}.",
        )  # fmt: skip
    save_dunning_text(
        by, level_id=made[1].pk, language="nl", subject="Aanmaning", body="Betaal {total} voor {pay_by}."
    )
    return made


def dun(shop: Trade, *payers: int, by: Actor | None = None) -> list[DunningLetter]:
    ids = list(payers or shop.world.customers)
    made = dun_payers(By(by or Actor.system("tests")), customer_ids=ids).letter_ids
    return list(DunningLetter.objects.filter(pk__in=made).order_by("pk"))


def days_pass(days: int) -> None:
    """So many days go by: letters and due dates are as much older. Only for tests; letters are never changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE billing_dunningletter SET written_on = written_on - %s::int, pay_by = pay_by - %s::int",
            [days, days],
        )
        cursor.execute("UPDATE billing_openitem SET due_on = due_on - %s::int", [days])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_letter_names_what_is_overdue_and_asks_for_it(trade: Trade) -> None:
    levels(trade)
    first, second = late_item(trade, 10), late_item(trade, 6, quantity=3)
    late_item(trade, 2)  # not yet
    (letter,) = dun(trade)
    total = first.amount + second.amount
    assert (letter.number, letter.level, letter.total, letter.fee) == (f"DUN-{letter.pk}", 1, total, 0)
    assert letter.subject == f"Reminder over {total:,.2f} EUR"
    assert "2 of our invoices" in letter.body and first.customer.party.name in letter.body
    assert (letter.written_on, letter.pay_by) == (local_day(), local_day() + timedelta(days=7))
    assert list(letter.items.order_by("pk").values_list("item", "level", "amount", "days")) == [
        (first.pk, 1, first.amount, 10), (second.pk, 1, second.amount, 6),
    ]  # fmt: skip
    assert dun(trade) == []  # never twice for the same level
    assert red(*PROOFS) == set()


def test_the_next_level_comes_in_its_time_with_its_fee(trade: Trade) -> None:
    levels(trade, fee=5)
    item = late_item(trade, 30)
    assert [(one.level, one.fee) for one in dun(trade)] == [(1, 5)]  # not at once the second
    days_pass(6)
    assert dun(trade) == []
    days_pass(1)
    (letter,) = dun(trade)
    assert (letter.level, letter.fee, letter.total) == (2, 10, item.amount)
    days_pass(60)
    assert dun(trade) == []  # there is no third
    assert red(*PROOFS) == set()


def test_what_is_disputed_is_not_asked_for(trade: Trade, colleague: Actor) -> None:
    levels(trade)
    partly, wholly = late_item(trade, 10), late_item(trade, 10)
    disputed(partly, colleague, 30)
    disputed(wholly, colleague, wholly.amount)
    (letter,) = dun(trade)
    assert letter.total == partly.amount - 30
    assert list(letter.items.values_list("item", "amount", "disputed")) == [
        (partly.pk, partly.amount - 30, 30)
    ]


def test_stops_and_promises_keep_letters_back(trade: Trade, colleague: Actor) -> None:
    levels(trade)
    item, other = late_item(trade, 10), late_item(trade, 10, quantity=3)
    payer, until = item.customer_id, local_day() + timedelta(days=3)
    one = stop_dunning(
        By(colleague), customer_id=payer, open_item_id=item.pk, until=until, reason="POD is asked for"
    )
    with pytest.raises(StoppedAlready):
        stop_dunning(By(colleague), customer_id=payer, open_item_id=item.pk, until=until, reason="Again")
    all_of_it = stop_dunning(
        By(colleague), customer_id=payer, until=local_day(), reason="Talks with the board"
    )
    assert dun(trade) == []
    end_dunning_stop(By(colleague), stop_id=all_of_it.stop_id)
    with pytest.raises(NotStopped):
        end_dunning_stop(By(colleague), stop_id=all_of_it.stop_id)
    promise = record_promise(By(colleague), customer_id=payer, amount=Decimal(1), promised_on=local_day())
    assert dun(trade) == []
    withdraw_promise(By(colleague), promise_id=promise.promise_id, reason="Misheard")
    (letter,) = dun(trade)
    assert list(letter.items.values_list("item", flat=True)) == [other.pk]
    end_dunning_stop(By(colleague), stop_id=one.stop_id)
    assert [list(each.items.values_list("item", flat=True)) for each in dun(trade)] == [[item.pk]]
    assert red(*PROOFS) == set()


def test_a_stop_that_is_over_holds_nothing_back(trade: Trade, colleague: Actor) -> None:
    levels(trade)
    item = late_item(trade, 10)
    stop_dunning(By(colleague), customer_id=item.customer_id, until=local_day(), reason="Until tonight")
    DunningStop.objects.update(until=local_day() - timedelta(days=1))
    assert len(dun(trade)) == 1


def test_stops_that_cannot_be_are_refused(trade: Trade, colleague: Actor) -> None:
    item = late_item(trade)
    given = {"customer_id": item.customer_id, "until": local_day(), "reason": "Because"}
    for refusal, wrong in (
        (BadInput, {"reason": " "}),
        (BadInput, {"until": local_day() - timedelta(days=1)}),
        (NotFound, {"open_item_id": 0}),
        (NotFound, {"customer_id": trade.world.customers[1], "open_item_id": item.pk}),
    ):
        with pytest.raises(refusal):
            stop_dunning(By(colleague), **{**given, **wrong})
    with pytest.raises(NotPermitted):
        stop_dunning(By(factories.actor("customer_service")), **given)
    assert DunningStop.objects.count() == 0


def test_a_letter_leaves_with_its_paper_in_the_language_of_the_payer(trade: Trade) -> None:
    levels(trade, fee=5)
    item = late_item(trade, 30)
    Party.objects.filter(pk=item.customer.party_id).update(email="ap@acme.example", language="nl")
    dun(trade)
    days_pass(7)
    mail.outbox.clear()
    (letter,) = dun(trade)
    assert (letter.language, letter.subject, letter.recipient) == ("nl", "Aanmaning", "ap@acme.example")
    for name in outbox.due_subscribers():
        if name.startswith("orders.messages"):
            outbox.deliver(name)
    assert [message.subject for message in mail.outbox][-1] == "Aanmaning"
    name, content, kind = mail.outbox[-1].attachments[0]
    assert (name, kind, bytes(content)[:5]) == (f"{letter.number}.pdf", "application/pdf", b"%PDF-")
    message = DocumentMessage.objects.get(kind="billing.dunning_letter", document_id=letter.pk)
    assert message.delivered_at is not None
    context = letter_context(letter)
    assert context["asked"] == item.amount + 10
    assert [row.item for row in context["items"]] == [item]


def test_without_an_address_it_goes_by_post(trade: Trade) -> None:
    levels(trade)
    item = late_item(trade, 10)
    Party.objects.filter(pk=item.customer.party_id).update(email="")
    (letter,) = dun(trade)
    assert (letter.recipient, DocumentMessage.objects.count()) == ("", 0)


def test_statements_do_not_depend_on_the_number_of_payers(trade: Trade) -> None:
    levels(trade)
    first, second = trade.world.customers[:2]
    for customer_id in (first, second, second):
        late_item(trade, 10, customer_id=customer_id)
    Party.objects.update(email="ap@acme.example")
    counts = []
    for chosen in ([first], [second, first]):
        with count_statements() as counted:
            dun_payers(By(Actor.system("tests")), customer_ids=chosen)
        counts.append(counted.statements)
    assert counts[0] == counts[1]
    assert DunningLetter.objects.count() == 2


def test_letters_are_kept_as_they_were_written(trade: Trade) -> None:
    levels(trade)
    late_item(trade, 10)
    dun(trade)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DunningLetter.objects.update(subject="Something else")


def test_levels_stand_in_order_and_texts_know_their_placeholders(trade: Trade) -> None:
    first, second = levels(trade)
    by, company_id = By(factories.actor("process_owner")), trade.world.company_id
    wrong: list[tuple[type[Exception], dict[str, Any]]] = [
        (LevelOutOfOrder, {"level": 3, "days": 20}),
        (LevelOutOfOrder, {"level": 3, "days": 10}),
        (LevelOutOfOrder, {"level": 1, "days": 25}),
        (BadInput, {"level": 0, "days": 50}),
        (BadInput, {"level": 3, "days": 0}),
        (BadInput, {"level": 3, "days": 50, "fee": Decimal(-1)}),
        (BadInput, {"level": 3, "days": 50, "name": ""}),
        (StaleVersion, {"level": 1, "days": 6, "version": 7}),
    ]
    for refusal, given in wrong:
        with pytest.raises(refusal):
            save_dunning_level(by, **{"company_id": company_id, "name": "Last", **given})
    with pytest.raises(UnknownPlaceholder):
        save_dunning_text(by, level_id=first.pk, language="en", subject="Pay", body="To {iban}")
    with pytest.raises(NotPermitted):
        save_dunning_level(
            By(factories.actor("customer_service")), company_id=company_id, level=3, name="Last", days=50
        )
    save_dunning_level(by, company_id=company_id, level=2, name="Demand", days=15, version=second.version)
    assert list(DunningLevel.objects.values_list("level", "days")) == [(1, 5), (2, 15)]


def test_the_night_duns_each_company_once_and_a_stopped_run_goes_on(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.dunning.tasks.CHUNK", 1)
    levels(trade)
    for customer_id in trade.world.customers[:2]:
        late_item(trade, 10, customer_id=customer_id)
    dun_tonight()
    job = Job.objects.get(kind=RUN)
    assert job.params == {"company_id": trade.world.company_id}
    with pytest.raises(InvalidTransition):
        start_dunning(By(factories.actor("finance")), company_id=trade.world.company_id)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.total, job.done, job.message) == ("done", 2, 2, "2 letters written")
    dun_tonight()
    assert Job.objects.filter(kind=RUN).count() == 1
    again = start_dunning(By(factories.actor("finance")), company_id=trade.world.company_id)
    run_job(Job.objects.get(public_id=again.job).pk)
    assert DunningLetter.objects.count() == 2
    assert red(*PROOFS) == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_runs_at_once_write_one_letter() -> None:
    shop = trade(items=2)
    levels(shop)
    item: OpenItem = late_item(shop, 10)
    results = run_concurrently(lambda _: dun(shop, item.customer_id), range(3))
    assert sorted(len(each) for each in results if isinstance(each, list)) == [0, 0, 1]
    assert (DunningLetter.objects.count(), DunningLetterItem.objects.count()) == (1, 1)
    assert red(*PROOFS) == set()


def test_a_letter_of_another_sum_turns_its_proof_red(trade: Trade) -> None:
    levels(trade)
    late_item(trade, 10)
    (letter,) = dun(trade)
    DunningLetter.objects.create(
        number="DUN-0", company_id=letter.company_id, customer_id=letter.customer_id, level=1, language="en",
        currency="EUR", total=1, fee=0, subject="No item", body="-", written_on=date(2026, 1, 1),
        pay_by=date(2026, 1, 8), written_by="tests", written_at=letter.written_at,
    )  # fmt: skip
    assert red("G23") == {"G23"}
