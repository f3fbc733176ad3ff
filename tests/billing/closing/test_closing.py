"""Closing a month as a document: checks with their figures, people's tasks, waivers by two, and what keeps it open."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from billing.closing.actions.check_close import check_close
from billing.closing.actions.start_close import start_close
from billing.closing.actions.waive_tasks import ask_waiver, grant_waivers, withdraw_waivers
from billing.closing.actions.work_tasks import (
    add_close_task,
    assign_close_tasks,
    complete_close_tasks,
    reopen_close_tasks,
)
from billing.closing.checks import CHECKS
from billing.closing.errors import (
    NotForPeople,
    NothingToWaive,
    NotWaivable,
    NoWaiverAsked,
    OwnWaiver,
    PeriodIsClosed,
    WaiverLapsed,
)
from billing.closing.rules import keeps_open, state_of
from billing.exceptions.errors import OwnerCannotWork
from billing.ledger.actions.close_period import close_period, reopen_period
from billing.ledger.errors import PeriodNotReady
from billing.models import CloseTask, OpenItem, PeriodClose
from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import Decision, OutboxEntry
from inventory.adjustments.models import Adjustment
from masterdata.models import AccountingPeriod
from tests import factories
from tests.billing.receivables.test_cash import open_item
from tests.billing.test_proofs import red
from tests.support import count_statements, in_turn
from tests.trade import Trade
from tests.trade import trade as make_trade

# Rules -------------------------------------------------------------------------------------------

DAY = date(2026, 1, 5)


def task(**values: Any) -> Any:
    blank = {
        "check_key": "", "is_blocking": True, "due_on": DAY, "found": 0, "books": None, "documents": None,
        "done_at": None, "waiver_asked_by": "", "waived_by": "",
    }  # fmt: skip
    return SimpleNamespace(**{**blank, **values})


@pytest.mark.parametrize(
    ("values", "state", "kept_open"),
    [
        ({"check_key": "bank"}, "green", False),
        ({"check_key": "bank", "found": 1}, "red", True),
        ({"check_key": "bank", "found": 1, "is_blocking": False}, "noted", False),
        ({"check_key": "tax", "books": Decimal(5), "documents": Decimal("5.00")}, "green", False),
        ({"check_key": "tax", "books": Decimal(5), "documents": Decimal(4)}, "red", True),
        ({"check_key": "tax", "found": 1, "waiver_asked_by": "a"}, "asked", True),
        ({"check_key": "tax", "found": 1, "waiver_asked_by": "a", "waived_by": "b"}, "waived", False),
        ({}, "open", True),
        ({"due_on": DAY - timedelta(days=1)}, "late", True),
        ({"due_on": DAY - timedelta(days=1), "is_blocking": False}, "late", False),
        ({"done_at": clock}, "done", False),
        ({"waiver_asked_by": "a", "waived_by": "b"}, "waived", False),
    ],
)
def test_states(values: dict[str, Any], state: str, kept_open: bool) -> None:
    assert (state_of(task(**values), DAY), keeps_open(task(**values))) == (state, kept_open)


# Verbs -------------------------------------------------------------------------------------------


def period(year: int) -> AccountingPeriod:
    return AccountingPeriod.objects.get(starts_on=date(year, 1, 1))


def this_year() -> AccountingPeriod:
    return period(clock.now().year)


def close_before(colleague: Actor, year: int) -> None:
    for found in AccountingPeriod.objects.filter(starts_on__lt=date(year, 1, 1)).order_by("starts_on"):
        close_period(By(colleague), period_id=found.pk)


def found(key: str) -> CloseTask:
    return CloseTask.objects.get(check_key=key)


@pytest.fixture
def other(trade: Trade) -> Actor:
    return factories.actor("process_owner", username="owner")


@pytest.fixture
def close(trade: Trade, colleague: Actor) -> PeriodClose:
    """The close of this year, with an invoice that is paid in part and nothing that is wrong."""
    open_item(trade, 2)
    close_before(colleague, clock.now().year)
    made = start_close(By(colleague), period_id=this_year().pk)
    return PeriodClose.objects.get(pk=made.close_id)


def test_a_close_opens_with_every_check_run(close: PeriodClose, colleague: Actor) -> None:
    tasks = list(CloseTask.objects.filter(close=close).order_by("position"))
    assert [each.check_key for each in tasks] == [check.key for check in CHECKS]
    assert {each.check_key for each in tasks if state_of(each, DAY) != "green"} == set()
    receivables = found("receivables")
    assert receivables.books == receivables.documents == OpenItem.objects.get().open
    assert found("tax").documents == -OpenItem.objects.get().invoice.tax
    assert found("stock").books is not None and found("stock").difference == 0
    assert start_close(By(colleague), period_id=close.period_id).close_id == close.pk
    close_period(By(colleague), period_id=close.period_id)
    with pytest.raises(PeriodIsClosed):
        check_close(By(colleague), close_id=close.pk)
    assert red("G6", "G10", "G11", "G12") == set()


def test_a_difference_keeps_the_period_open_and_is_told_with_its_figure(
    close: PeriodClose, colleague: Actor
) -> None:
    OpenItem.objects.update(open=1)
    expected = found("receivables").books - 1
    with pytest.raises(PeriodNotReady) as refused:
        close_period(By(colleague), period_id=close.period_id)
    assert f"Open items tie to receivables” is not so: {expected}" in str(refused.value)
    close.period.refresh_from_db()
    assert close.period.closed_at is None
    assert check_close(By(colleague), close_id=close.pk).red == 1
    assert found("receivables").difference == expected


def test_without_a_close_the_checks_count_all_the_same(trade: Trade, colleague: Actor) -> None:
    open_item(trade)
    OpenItem.objects.update(open=1)
    with pytest.raises(PeriodNotReady):
        close_period(By(colleague), period_id=period(2020).pk)


def test_a_second_person_waives_a_figure_and_only_that(
    close: PeriodClose, colleague: Actor, other: Actor
) -> None:
    by = By(colleague)
    OutboxEntry.objects.create(topic="t", subscriber="s", document="d", payload={}, dead_at=clock.now())
    stuck = found("facts")
    with pytest.raises(NothingToWaive):
        ask_waiver(by, task_id=stuck.pk, reason="Known")  # green as far as anybody has looked
    check_close(by, close_id=close.pk)
    with pytest.raises(NoWaiverAsked):
        grant_waivers(By(other), task_ids=[stuck.pk])
    with pytest.raises(BadInput):
        ask_waiver(by, task_id=stuck.pk, reason=" ")
    ask_waiver(by, task_id=stuck.pk, reason="Known, a test message")
    with pytest.raises(OwnWaiver):
        grant_waivers(by, task_ids=[stuck.pk])
    with pytest.raises(NotPermitted):
        grant_waivers(By(factories.actor("executive")), task_ids=[stuck.pk])
    with pytest.raises(PeriodNotReady):
        close_period(by, period_id=close.period_id)
    grant_waivers(By(other), task_ids=[stuck.pk])
    assert found("facts").waived_by == "owner"
    OutboxEntry.objects.create(topic="t", subscriber="s", document="e", payload={}, dead_at=clock.now())
    with pytest.raises(PeriodNotReady):
        close_period(by, period_id=close.period_id)
    check_close(by, close_id=close.pk)
    assert (found("facts").waived_by, found("facts").found) == ("", 2)
    ask_waiver(by, task_id=stuck.pk, reason="Known, both")
    OutboxEntry.objects.filter(document="e").delete()
    with pytest.raises(WaiverLapsed):
        grant_waivers(By(other), task_ids=[stuck.pk])
    OutboxEntry.objects.create(topic="t", subscriber="s", document="e", payload={}, dead_at=clock.now())
    grant_waivers(By(other), task_ids=[stuck.pk])
    close_period(by, period_id=close.period_id)
    assert red("G12") == set()
    CloseTask.objects.filter(pk=stuck.pk).update(waived_by="", waived_at=None)
    assert red("G12") == {"G12"}


def test_a_waiver_is_withdrawn(close: PeriodClose, colleague: Actor, other: Actor) -> None:
    task_id = add_close_task(By(colleague), close_id=close.pk, title="Accruals", due_on=DAY).task_id
    ask_waiver(By(colleague), task_id=task_id, reason="None this month")
    grant_waivers(By(other), task_ids=[task_id])
    withdraw_waivers(By(colleague), task_ids=[task_id])
    row = CloseTask.objects.get(pk=task_id)
    assert (row.waiver_reason, row.waiver_asked_by, row.waived_by, row.waived_at) == ("", "", "", None)
    with pytest.raises(PeriodNotReady, match="Accruals"):
        close_period(By(colleague), period_id=close.period_id)


def test_what_nobody_may_waive(trade: Trade, colleague: Actor) -> None:
    close_id = start_close(By(colleague), period_id=this_year().pk).close_id
    trade.ship()
    check_close(By(colleague), close_id=close_id)
    assert found("unbilled").found == 1
    with pytest.raises(NotWaivable):
        ask_waiver(By(colleague), task_id=found("unbilled").pk, reason="Later")


def test_the_schema_refuses_a_waiver_by_whoever_asked(close: PeriodClose) -> None:
    with pytest.raises(IntegrityError, match="close_task_waived_by_another"), transaction.atomic():
        CloseTask.objects.filter(check_key="bank").update(
            waiver_reason="x", waiver_asked_by="a", waived_by="a", waived_at=clock.now()
        )


def test_what_waits_is_counted(close: PeriodClose, colleague: Actor, trade: Trade) -> None:
    Adjustment.objects.create(
        number="A-1", company=close.company, site_id=trade.world.sites[0], item_id=trade.world.items[0],
        bin_id=factories.bin(site_id=trade.world.sites[0]).pk, status="available", quantity=-1, value=-5, held=5,
        reason="lost", state="waiting", proposed_by="x", proposed_at=clock.now(),
    )  # fmt: skip
    check_close(By(colleague), close_id=close.pk)
    assert found("adjustments").found == 1
    with pytest.raises(PeriodNotReady, match="Stock adjustments are decided"):
        close_period(By(colleague), period_id=close.period_id)


def test_people_do_their_tasks_and_the_next_close_has_them_too(close: PeriodClose, colleague: Actor) -> None:
    by = By(colleague)
    ends_on = close.period.ends_on
    task_id = add_close_task(
        by, close_id=close.pk, title="Reconcile the loan", due_on=ends_on + timedelta(days=3),
        owner_id=colleague.user_id,
    ).task_id  # fmt: skip
    with pytest.raises(PeriodNotReady, match="Reconcile the loan"):
        close_period(by, period_id=close.period_id)
    with pytest.raises(OwnerCannotWork):
        assign_close_tasks(by, task_ids=[task_id], owner_id=factories.user("warehouse").pk)
    with pytest.raises(NotForPeople):
        complete_close_tasks(by, task_ids=[found("bank").pk])
    complete_close_tasks(by, task_ids=[task_id], note="Agreed with the bank's letter")
    reopen_close_tasks(by, task_ids=[task_id])
    complete_close_tasks(by, task_ids=[task_id], note="Agreed with the bank's letter")
    row = CloseTask.objects.get(pk=task_id)
    assert (row.done_by, row.note) == ("colleague", "Agreed with the bank's letter")
    close_period(by, period_id=close.period_id)
    following = start_close(by, period_id=period(clock.now().year + 1).pk)
    copied = CloseTask.objects.get(close=following.close_id, check_key="")
    assert (copied.title, copied.owner_id, copied.done_at) == ("Reconcile the loan", colleague.user_id, None)
    assert copied.due_on == period(clock.now().year + 1).ends_on + timedelta(days=3)
    assert Decision.objects.filter(verb="billing.complete_close_tasks", subject_id=close.pk).count() == 2


def test_a_reopened_period_is_worked_on_again(close: PeriodClose, colleague: Actor) -> None:
    close_period(By(colleague), period_id=close.period_id)
    reopen_period(By(colleague), period_id=close.period_id, reason="Late invoice")
    assert check_close(By(colleague), close_id=close.pk).red == 0


def test_others_are_not_permitted(close: PeriodClose) -> None:
    warehouse = By(factories.actor("warehouse"))
    verbs: list[Callable[[], Any]] = [
        lambda: start_close(warehouse, period_id=close.period_id),
        lambda: check_close(warehouse, close_id=close.pk),
        lambda: add_close_task(warehouse, close_id=close.pk, title="x", due_on=DAY),
        lambda: complete_close_tasks(warehouse, task_ids=[found("bank").pk]),
    ]
    for verb in verbs:
        with pytest.raises(NotPermitted):
            verb()


def test_closing_takes_the_same_statements_for_many_tasks(close: PeriodClose, colleague: Actor) -> None:
    counted = []
    for tasks in (1, 10):
        ids = [
            add_close_task(By(colleague), close_id=close.pk, title=f"Task {n}", due_on=DAY).task_id
            for n in range(tasks)
        ]
        with count_statements() as work:
            complete_close_tasks(By(colleague), task_ids=ids)
        with count_statements() as look:
            check_close(By(colleague), close_id=close.pk)
        counted.append((work.statements, look.statements))
    assert counted[0] == counted[1]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_task_is_not_taken_up_again_under_a_period_that_closes() -> None:
    make_trade(items=1)
    colleague = factories.actor("finance")
    close_id = start_close(By(colleague), period_id=period(2020).pk).close_id
    task_id = add_close_task(By(colleague), close_id=close_id, title="Accruals", due_on=DAY).task_id
    complete_close_tasks(By(colleague), task_ids=[task_id])
    first, second = in_turn(
        lambda: close_period(By(colleague), period_id=period(2020).pk),
        lambda: reopen_close_tasks(By(colleague), task_ids=[task_id]),
    )
    assert not isinstance(first, Exception)
    assert isinstance(second, PeriodIsClosed)
    assert red("G12") == set()


# Pages and programs ------------------------------------------------------------------------------


@pytest.fixture
def finance(trade: Trade, client: Client) -> Client:
    client.force_login(factories.user("finance", username="fin"))
    return client


def test_the_cockpit_from_start_to_closed(trade: Trade, finance: Client, colleague: Actor) -> None:
    open_item(trade, 2)
    oldest = AccountingPeriod.objects.earliest("starts_on")
    assert finance.post("/billing/closes/new/", {}).status_code == 422
    started = finance.post("/billing/closes/new/", {"period": oldest.pk})
    url = f"/billing/closes/{PeriodClose.objects.get().pk}/"
    assert (started.status_code, started["Location"]) == (303, url)
    OpenItem.objects.update(open=1)
    finance.post(f"{url}check/")
    page = finance.get(url).content.decode()
    assert "Kept open" in page and "1 keeps the period open" in page
    shown = finance.get(f"/billing/close-tasks/{found('receivables').pk}/").content.decode()
    assert "Where it breaks" in shown and OpenItem.objects.get().customer.party.name in shown
    refused = finance.post(f"{url}finish/")
    assert (refused.status_code, "is not so" in refused.content.decode()) == (422, True)
    assert finance.post(f"{url}tasks/", {"title": "", "due_on": "t"}).status_code == 422
    finance.post(f"{url}tasks/", {"title": "Accruals", "due_on": "t", "is_blocking": "on"})
    mine = CloseTask.objects.get(title="Accruals")
    work = f"/billing/close-tasks/{mine.pk}/"
    finance.post(f"{work}assign/", {"owner_id": "", "due_on": "+1"})
    assert finance.post(f"{work}ask/", {"reason": ""}).status_code == 422
    finance.post(f"{work}complete/", {"note": "None"})
    assert "None" in finance.get(work).content.decode()
    finance.post(f"{work}reopen/")
    assert finance.post(f"{work}invent/").status_code == 404
    finance.post("/billing/close-tasks/", {"action": "complete", "asked": "1", "id": mine.pk, "note": "None"})
    mine.refresh_from_db()
    assert mine.done_by == "fin"
    asked = found("receivables")
    finance.post(f"/billing/close-tasks/{asked.pk}/ask/", {"reason": "Known"})
    assert "someone else grants it" in finance.get(f"/billing/close-tasks/{asked.pk}/").content.decode()
    assert finance.post(f"/billing/close-tasks/{asked.pk}/grant/").status_code == 422
    grant_waivers(By(colleague), task_ids=[asked.pk])
    assert finance.post(f"{url}finish/").status_code == 303
    assert "Closed" in finance.get(url).content.decode()
    for name in ("closes", "close-tasks"):
        assert finance.get(f"/billing/{name}/?view=all").status_code == 200
        assert finance.get(f"/billing/{name}/?view=all&export=csv").status_code == 200
        assert finance.get(f"/billing/{name}/?part=totals").status_code == 200


def test_programs_close_a_period(trade: Trade) -> None:
    api = APIClient()
    api.force_authenticate(factories.user("finance", username="interface"))

    def post(path: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
        post.n = getattr(post, "n", 0) + 1  # type: ignore[attr-defined]
        key = f"k-{post.n}"  # type: ignore[attr-defined]
        return api.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=key)

    oldest = AccountingPeriod.objects.earliest("starts_on")
    assert post("period-closes/", {"period": 999_999}).status_code == 404
    made = post("period-closes/", {"period": oldest.pk})
    assert (made.status_code, made.json()["blocking"], made.json()["total"]) == (201, 0, len(CHECKS))
    close_id = made.json()["id"]
    task_id = post("close-tasks/", {"close": close_id, "title": "Accruals", "due_on": "2020-01-05"}).json()[
        "id"
    ]
    assert post(f"close-tasks/{task_id}/assign/", {"owner": "nobody"}).status_code == 404
    assert post(f"close-tasks/{task_id}/assign/", {"owner": "interface"}).json()["owner"] == "interface"
    refused = post(f"period-closes/{close_id}/finish/")
    assert (refused.status_code, refused.json()["code"]) == (409, "billing.period_not_ready")
    assert post(f"close-tasks/{task_id}/ask-waiver/", {"reason": "None"}).json()["state"] == "asked"
    assert post(f"close-tasks/{task_id}/grant-waiver/").status_code == 403
    assert post(f"close-tasks/{task_id}/withdraw-waiver/").json()["waiver_reason"] == ""
    assert post(f"close-tasks/{task_id}/complete/", {"note": "None"}).json()["state"] == "done"
    assert post(f"close-tasks/{task_id}/reopen/").json()["state"] == "late"
    post(f"close-tasks/{task_id}/complete/")
    assert post(f"period-closes/{close_id}/check/").json()["blocking"] == 0
    assert post(f"period-closes/{close_id}/finish/").json()["closed_at"] is not None
    assert [
        each["id"] for each in api.get("/api/v1/period-closes/", {"open": "false"}).json()["results"]
    ] == [close_id]
    assert len(api.get("/api/v1/close-tasks/", {"close": close_id}).json()["results"]) == len(CHECKS) + 1


def test_another_companys_close_is_not_there(close: PeriodClose, client: Client) -> None:
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    assert client.get(f"/billing/closes/{close.pk}/").status_code == 404
    assert client.get(f"/billing/close-tasks/{found('bank').pk}/").status_code == 404
    assert client.post(f"/billing/closes/{close.pk}/finish/").status_code == 404
