import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection
from django.db.models.functions import Now

from erp.kernel import events, outbox
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.models import OutboxEntry
from masterdata.models import Unit
from tests.support import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Happened:
    topic: ClassVar[str] = "test.happened.v1"
    code: str
    group: str = "one"

    @property
    def document(self) -> str:
        return f"test:{self.group}"


@pytest.fixture
def heard(monkeypatch):
    """A subscriber that makes one unit per event and refuses the code BAD."""
    calls: list[list[str]] = []

    def handler(batch: Batch, happened: list[Happened]) -> None:
        calls.append([event.code for event in happened])
        batch.insert(Unit, code=[event.code for event in happened], name="heard", decimals=0)
        if any(event.code == "BAD" for event in happened):
            raise ValueError("cannot hear BAD")

    subscriber = events.Subscriber("test.hear", Happened, handler, "default", 4)
    monkeypatch.setitem(events._subscribers, "test.hear", subscriber)
    monkeypatch.setitem(events._by_topic, Happened.topic, [subscriber])
    return calls


def publish(*happened: Happened) -> None:
    from django.db import transaction

    with transaction.atomic():
        batch = Batch(Actor.system("test"), now())
        batch.publish(*happened)
        batch.close()


def names() -> list[str]:
    return list(Unit.objects.filter(name="heard").order_by("code").values_list("code", flat=True))


def test_events_of_different_documents_come_together_and_once(heard):
    publish(*(Happened(f"U{n}", group=str(n)) for n in range(6)))
    assert outbox.deliver("test.hear").handled == 6
    assert outbox.deliver("test.hear").handled == 0
    assert names() == [f"U{n}" for n in range(6)]
    assert [len(call) for call in heard] == [4, 2]


def test_events_of_one_document_keep_their_order(heard):
    publish(Happened("U1"), Happened("U2"), Happened("U3"))
    outbox.deliver("test.hear")
    assert heard == [["U1"], ["U2"], ["U3"]]


def test_the_bad_one_stands_alone_and_backs_off(heard):
    publish(*(Happened(code, group=code) for code in ("U1", "BAD", "U2", "U3")))
    delivered = outbox.deliver("test.hear")
    assert (delivered.handled, delivered.failed) == (3, 1)
    assert names() == ["U1", "U2", "U3"]
    bad = OutboxEntry.objects.get(done_at=None)
    assert (bad.attempts, bad.error, bad.dead_at) == (1, "ValueError: cannot hear BAD", None)
    assert bad.due_at > now()


def test_after_eight_tries_it_is_dead_and_keeps_later_ones_of_its_document_waiting(heard):
    publish(Happened("BAD"), Happened("U1"))
    for _ in range(outbox.MAX_ATTEMPTS):
        OutboxEntry.objects.update(due_at=Now())
        outbox.deliver("test.hear")
    dead = OutboxEntry.objects.get(payload__code="BAD")
    assert (dead.attempts, dead.dead_at is not None) == (8, True)
    OutboxEntry.objects.update(due_at=Now())
    assert outbox.deliver("test.hear").handled == 0
    assert names() == []


@pytest.mark.concurrency
def test_workers_share_the_work_and_nothing_is_heard_twice(heard):
    publish(*(Happened(f"U{n:02}", group=str(n)) for n in range(40)))
    run_concurrently(lambda _: outbox.deliver("test.hear"), range(4))
    assert names() == [f"U{n:02}" for n in range(40)]
    assert not OutboxEntry.objects.filter(done_at=None).exists()


# Apart ------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The worker's end in the middle of its work."""


@pytest.fixture
def sent(monkeypatch):
    """A subscriber that works apart: what it sent, and whether a transaction was open meanwhile."""
    calls: list[tuple[str, bool]] = []

    def handler(event: Happened) -> Callable[[Batch], None] | None:
        calls.append((event.code, connection.in_atomic_block))
        if event.code == "BAD":
            raise OSError("the mail server is away")
        if event.code == "DIE" and len(calls) == 1:
            raise Killed
        if event.code == "SILENT":
            return None
        return lambda batch: batch.insert(Unit, code=event.code, name="heard", decimals=0)

    subscriber = events.Subscriber("test.send", Happened, handler, "default", 1, apart=True)
    monkeypatch.setitem(events._subscribers, "test.send", subscriber)
    monkeypatch.setitem(events._by_topic, Happened.topic, [subscriber])
    return calls


def test_work_apart_has_no_transaction_open_and_is_ticked_with_what_it_writes(sent):
    publish(Happened("U1"), Happened("SILENT"), Happened("U2"))
    assert outbox.deliver("test.send").handled == 3
    assert sent == [("U1", False), ("SILENT", False), ("U2", False)]
    assert names() == ["U1", "U2"]
    assert outbox.deliver("test.send").handled == 0
    assert not OutboxEntry.objects.filter(done_at=None).exists()


def test_who_dies_apart_has_it_done_again_after_the_lease(sent):
    publish(Happened("DIE"))
    with pytest.raises(Killed):
        outbox.deliver("test.send")
    left = OutboxEntry.objects.get()
    assert (left.done_at, left.attempts) == (None, 0)
    assert left.due_at > now() + timedelta(seconds=outbox.LEASE_S / 2)
    assert outbox.deliver("test.send").handled == 0
    OutboxEntry.objects.update(due_at=now() - timedelta(seconds=1))
    assert outbox.deliver("test.send").handled == 1
    assert [code for code, _open in sent] == ["DIE", "DIE"]
    assert names() == ["DIE"]


def test_what_fails_apart_backs_off_and_keeps_its_document_waiting(sent):
    publish(Happened("BAD"), Happened("U1"), Happened("U2", group="two"))
    delivered = outbox.deliver("test.send")
    assert (delivered.handled, delivered.failed) == (1, 1)
    bad = OutboxEntry.objects.get(payload__code="BAD")
    assert (bad.attempts, bad.error) == (1, "OSError: the mail server is away")
    assert bad.due_at <= now() + timedelta(seconds=4)  # the back-off, not the lease
    assert names() == ["U2"]


@pytest.mark.concurrency
def test_workers_share_what_is_done_apart_and_send_nothing_twice(sent):
    publish(*(Happened(f"U{n:02}", group=str(n)) for n in range(20)))
    run_concurrently(lambda _: outbox.deliver("test.send"), range(4))
    assert sorted(code for code, _open in sent) == [f"U{n:02}" for n in range(20)]
    assert names() == [f"U{n:02}" for n in range(20)]


def test_only_what_is_late_is_told(heard, caplog):
    caplog.set_level(logging.INFO, logger="erp.kernel.outbox")
    publish(Happened("U1", group="1"), Happened("U2", group="2"))
    outbox.deliver("test.hear")
    assert caplog.messages == []
    publish(Happened("U3", group="3"), Happened("U4", group="4"))
    OutboxEntry.objects.filter(done_at=None).update(due_at=now() - timedelta(hours=1))
    outbox.deliver("test.hear")
    (told,) = caplog.messages
    assert told.startswith("test.hear caught up: 2 events, the oldest 3")
