"""A promise that moves drafts a notice; it is sent once, or waived with a reason."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import OutboxEntry
from erp.kernel.outbox import deliver
from inventory.models import Demand, PurchaseOrderLine, SiteStock
from inventory.purchasing.actions.cancel_purchase_line import cancel_purchase_line
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Company, Party
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.amending import Amendment
from orders.entry.rules import LineRequest
from orders.messages.actions.decide_messages import send_messages, waive_messages
from orders.messages.actions.draft_notices import draft_notices, redraft_notices
from orders.messages.actions.send_document import send_document
from orders.messages.attachments import attachment
from orders.messages.rules import OpenLine, write_notice
from orders.models import OrderMessage, SalesOrder
from tests.factories import actor, supplier, user
from tests.support import in_turn
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db(transaction=True)
DRAFTER, MAILER = "orders.messages.draft_moved_promises", "orders.messages.deliver_messages"
REDRAFTER = "orders.messages.redraft_changed_orders"
SOON, LATE = date(2030, 1, 7), date(2030, 2, 4)


@pytest.fixture
def shop() -> Trade:
    made = trade()
    SiteStock.objects.filter(site=made.world.sites[0]).update(reserved=1_000_000)
    supplier(company=Company.objects.get(pk=made.world.company_id))
    Party.objects.update(email="buyer@example.com")
    return made


def buy(shop: Trade, quantity: int, due_on: date) -> int:
    made = create_purchase_order(
        shop.by(),
        supplier_id=Company.objects.get(pk=shop.world.company_id).suppliers.get().pk,
        site_id=shop.world.sites[0],
        lines=[PurchaseLine(shop.world.items[0], Decimal(quantity), "EA", Decimal(2))],
        due_on=due_on,
    )
    return PurchaseOrderLine.objects.get(order=made.purchase_order_id).pk


def wants(shop: Trade, quantity: int = 5) -> SalesOrder:
    submitted = shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))])
    return SalesOrder.objects.get(pk=submitted.order_id)


def late_order(shop: Trade) -> SalesOrder:
    """Promised for the supply that comes soon, which is cancelled, so that only the late one is left."""
    line = buy(shop, 5, SOON)
    order = wants(shop)
    buy(shop, 5, LATE)
    cancel_purchase_line(shop.by(), line_id=line, reason="bankrupt")
    assert deliver(DRAFTER).failed == 0
    return order


def test_a_promise_that_slips_drafts_one_notice(shop):
    order = late_order(shop)
    message = OrderMessage.objects.get()
    assert (message.order, message.state, message.later, message.recipient) == (
        order,
        "draft",
        True,
        "buyer@example.com",
    )
    assert message.subject == f"New dates for order {order.number}"
    assert "leaves on 4 Feb 2030 instead of 7 Jan 2030" in message.body
    demand = Demand.objects.get(group=order.group_id)
    assert (demand.first_promised_on, demand.promised_on) == (SOON, LATE)


def test_news_that_is_no_news_any_more_is_dropped(shop):
    order = late_order(shop)
    buy(shop, 5, SOON)  # nobody waits, so nothing moves
    assert OrderMessage.objects.count() == 1
    Demand.objects.filter(group=order.group_id).update(promised_on=SOON)
    with transaction.atomic():
        batch = Batch(Actor.system("test"), now())
        demand_ids = list(Demand.objects.filter(group=order.group_id).values_list("pk", flat=True))
        assert draft_notices(batch, demand_ids=demand_ids) == 0
        batch.close()
    assert not OrderMessage.objects.exists()


def test_a_change_the_customer_asked_for_drafts_nothing(shop):
    buy(shop, 20, SOON)
    order = wants(shop)
    amend_order(
        shop.by(),
        order_id=order.pk,
        version=order.version,
        amendment=Amendment(requested_on=LATE),
        reason="asked",
    )
    deliver(DRAFTER)
    assert not OrderMessage.objects.exists()


def test_an_order_that_is_cancelled_has_nothing_to_tell(shop):
    order = late_order(shop)
    assert OrderMessage.objects.get().state == "draft"
    cancel_order(shop.by(), order_id=order.pk, version=order.version, reason="not needed")
    assert deliver(REDRAFTER).failed == 0
    assert not OrderMessage.objects.exists()


def test_a_draft_follows_an_amended_order(shop):
    order = late_order(shop)
    late = Amendment(requested_on=date(2030, 3, 4))
    amend_order(shop.by(), order_id=order.pk, version=order.version, amendment=late, reason="asked")
    assert deliver(REDRAFTER).failed == 0
    assert "leaves on 4 Mar 2030 instead of 7 Jan 2030" in OrderMessage.objects.get().body


@pytest.mark.concurrency
def test_what_is_being_sent_is_not_drafted_again(shop):
    order = late_order(shop)
    message = OrderMessage.objects.get()

    def redraft() -> int:
        with transaction.atomic():
            batch = Batch(Actor.system("test"), now())
            left = redraft_notices(batch, order_ids=[order.pk])
            batch.close()
        return left

    sent, left = in_turn(lambda: send_messages(shop.by(), message_ids=[message.pk]), redraft)
    assert (sent.message_ids, left) == ([message.pk], 0)
    assert list(OrderMessage.objects.values_list("state", flat=True)) == ["sent"]


def test_it_is_sent_once_and_the_next_is_measured_against_it(shop):
    order = late_order(shop)
    message = OrderMessage.objects.get()
    assert send_messages(shop.by(), message_ids=[message.pk]).message_ids == [message.pk]
    assert send_messages(shop.by(), message_ids=[message.pk]).message_ids == []
    deliver(MAILER)
    deliver(MAILER)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [(["buyer@example.com"], message.subject)]
    message.refresh_from_db()
    assert (message.state, message.decided_by) == ("sent", "bench")
    assert message.delivered_at is not None
    line = PurchaseOrderLine.objects.order_by("-pk").first()
    cancel_purchase_line(shop.by(), line_id=line.pk, reason="lost at sea")
    deliver(DRAFTER)
    newest = OrderMessage.objects.get(state="draft", order=order)
    assert "no date is known yet; we told you 4 Feb 2030" in newest.body


class Watching(EmailBackend):
    """A mail server that keeps whether its client held a transaction open."""

    seen: ClassVar[list[bool]] = []

    def send_messages(self, messages):
        self.seen.append(connection.in_atomic_block)
        return super().send_messages(messages)


def test_nothing_is_held_while_the_mail_server_is_waited_for(shop, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Watching"
    late_order(shop)
    message = OrderMessage.objects.get()
    send_messages(shop.by(), message_ids=[message.pk])
    assert deliver(MAILER).handled == 1
    assert Watching.seen == [False]
    message.refresh_from_db()
    assert message.delivered_at is not None


def test_without_an_address_or_a_reason_nothing_is_decided(shop):
    Party.objects.update(email="")
    late_order(shop)
    message = OrderMessage.objects.get()
    refused = send_messages(shop.by(), message_ids=[message.pk])
    assert (refused.message_ids, len(refused.refused)) == ([], 1)
    with pytest.raises(BadInput):
        waive_messages(shop.by(), message_ids=[message.pk], reason=" ")
    with pytest.raises(NotPermitted):
        waive_messages(By(actor("warehouse")), message_ids=[message.pk], reason="x")
    assert OrderMessage.objects.get().state == "draft"
    waive_messages(shop.by(), message_ids=[message.pk], reason="told by telephone")
    message.refresh_from_db()
    assert (message.state, message.reason) == ("waived", "told by telephone")


def test_the_list_sends_and_the_order_shows_it(shop):
    order = late_order(shop)
    client = Client()
    client.force_login(user("customer_service"))
    assert order.number in client.get(reverse("orders:message_list")).content.decode()
    client.post(
        reverse("orders:message_list"),
        {"action": "send", "id": [OrderMessage.objects.get().pk], "asked": "1"},
    )
    assert OrderMessage.objects.get().state == "sent"
    sent = OrderMessage.objects.get().pk
    assert "7 Jan 2030" in client.get(reverse("orders:message", args=[sent])).content.decode()
    page = client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert reverse("orders:message", args=[sent]) in page
    assert "Promised 4 Feb 2030 because 5 come on PO-" in page


def test_one_notice_is_sent_or_waived_from_its_page(shop):
    late_order(shop)
    client = Client()
    client.force_login(user("customer_service"))
    message = OrderMessage.objects.get()
    assert client.post(reverse("orders:message_waive", args=[message.pk]), {"reason": ""}).status_code == 400
    Party.objects.update(email="")
    OrderMessage.objects.update(recipient="")
    assert client.post(reverse("orders:message_send", args=[message.pk])).status_code == 409
    assert OrderMessage.objects.get().state == "draft"
    OrderMessage.objects.update(recipient="buyer@example.com")
    assert client.post(reverse("orders:message_send", args=[message.pk])).status_code == 303
    assert OrderMessage.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("told_on", "on", "said"),
    [
        (SOON, LATE, "leaves on 4 Feb 2030 instead of 7 Jan 2030"),
        (LATE, SOON, "leaves on 7 Jan 2030 instead of 4 Feb 2030"),
        (None, SOON, "leaves on 7 Jan 2030"),
        (SOON, None, "no date is known yet; we told you 7 Jan 2030"),
    ],
)
def test_the_words(told_on, on, said):
    line = OpenLine(1, 3, "P1", "Pump", Decimal(5), "EA", told_on, on)
    same = OpenLine(2, 4, "P2", "Pipe", Decimal(1), "EA", SOON, SOON)
    text = write_notice(number="SO-9", customer_po="BW-1", name="Acme", lines=[line, same])
    assert text.subject == "New dates for order SO-9 (your BW-1)"
    assert text.body.splitlines()[-1] == f"Line 3, 5 EA P1 Pump: {said}"
    assert write_notice(number="SO-9", customer_po="", name="Acme", lines=[same]) is None


def test_a_document_waits_in_the_list_until_the_mail_server_has_taken_it(shop, client):
    with transaction.atomic():
        batch = Batch(actor("customer_service"), now())
        send_document(
            batch, kind="tests.paper", document_id=1, number="Q-77", company_id=shop.world.company_id,
            site_id=shop.world.sites[0], language="en", recipient="buyer@example.com", subject="Our quote", body="Hi",
        )  # fmt: skip
        batch.close()
    client.force_login(user("customer_service"))
    waiting = f"{reverse('orders:document_list')}?view=waiting"
    assert "Q-77" in client.get(waiting).content.decode()
    assert deliver("orders.messages.deliver_documents").failed == 1  # nobody makes a file of that kind
    assert not mail.outbox
    attachment("tests.paper")(lambda document_id: b"%PDF-" + str(document_id).encode())
    OutboxEntry.objects.update(due_at=Now())
    assert deliver("orders.messages.deliver_documents").failed == 0
    ((name, content, _kind),) = mail.outbox[0].attachments
    assert (name, content) == ("Q-77.pdf", b"%PDF-1")
    assert "Q-77" not in client.get(waiting).content.decode()
