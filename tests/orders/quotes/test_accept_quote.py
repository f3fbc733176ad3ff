"""A quote becomes an order once, at the prices that were offered, as long as it is valid."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from erp.kernel.errors import BadInput, NotFound, StaleVersion
from erp.kernel.models import Decision
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove, results_of
from inventory.models import Demand
from masterdata.models import Customer, Party
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.errors import CustomerPoUsed
from orders.messages.errors import NoAddress
from orders.models import DocumentMessage, Hold, OrderLine, Quote, SalesOrder
from orders.quotes import sheets
from orders.quotes.actions.accept_quote import Acceptance, accept_quote
from orders.quotes.actions.approve_quote import approve_quote
from orders.quotes.actions.end_quote import expire_quotes, lose_quote
from orders.quotes.actions.send_quote import send_quote
from orders.quotes.actions.write_quote import revise_quote
from orders.quotes.errors import QuoteExpired, QuoteLineTaken, QuoteWaits, WrongQuoteState
from tests import factories
from tests.orders.quotes.conftest import JANUARY, Quotes
from tests.support import in_turn, run_concurrently

pytestmark = pytest.mark.django_db


def proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def test_the_order_gets_what_was_quoted_whatever_it_costs_now(shop):
    quote = shop.quote()
    shop.raise_prices()
    made = shop.accept(quote, customer_po="PO 9")
    order = SalesOrder.objects.get(pk=made.order_id)
    assert (order.net, order.gross, order.customer_po, made.held_prices) == (
        quote.net, quote.gross, "PO 9", True,
    )  # fmt: skip
    lines = list(order.lines.order_by("line"))
    assert [(line.price_source, line.price_reason) for line in lines] == [("quote", quote.number)] * 2
    why = Decision.objects.get(verb="orders.submit_order").outcome["price"]
    quoted = [line.unit_price for line in quote.lines.all()]
    for steps, price in zip(why, quoted, strict=True):
        last = steps[-1]
        assert (last["step"], last["document"], Decimal(last["value"])) == ("quote", quote.number, price)
        assert Decimal(last["from"]) == price + 10
    quote.refresh_from_db()
    assert (quote.state, quote.ordered_net, quote.closed_by) == ("won", quote.net, "nora")
    assert list(quote.lines.values_list("order_line", flat=True)) == [line.pk for line in lines]
    assert Demand.objects.filter(group=order.group_id).count() == 2
    proven()


def test_asked_twice_it_is_one_order(shop):
    quote, by = shop.quote(), shop.by()
    first = accept_quote(by, quote_id=quote.pk, version=1, acceptance=Acceptance())
    assert accept_quote(by, quote_id=quote.pk, version=1, acceptance=Acceptance()) == first
    with pytest.raises(WrongQuoteState):
        shop.accept(quote)
    with pytest.raises(StaleVersion):
        accept_quote(shop.by(), quote_id=quote.pk, version=1, acceptance=Acceptance())
    assert SalesOrder.objects.count() == 1


def test_lines_are_ordered_one_after_the_other(shop):
    quote = shop.quote(shop.line(0), shop.line(1), shop.line(2))
    nets = list(quote.lines.values_list("net", flat=True))
    made = shop.accept(quote, 2)
    quote.refresh_from_db()
    assert (made.left, quote.state, quote.ordered_net) == (2, "open", nets[1])
    with pytest.raises(QuoteLineTaken):
        shop.accept(quote, 2, 3)
    with pytest.raises(NotFound):
        shop.accept(quote, 9)
    with pytest.raises(BadInput):
        shop.accept(quote, 3, 3)
    with pytest.raises(WrongQuoteState):
        request = shop.trade.request([shop.line()])
        revise_quote(shop.by(), quote_id=quote.pk, version=2, request=request)
    assert SalesOrder.objects.count() == 1
    rest = shop.accept(quote)
    quote.refresh_from_db()
    assert (rest.left, quote.state, quote.ordered_net) == (0, "won", quote.net)
    assert OrderLine.objects.filter(order=rest.order_id).count() == 2
    proven()


def test_the_rest_of_a_quote_is_lost_and_the_quote_won(shop):
    quote = shop.quote()
    shop.accept(quote, 1)
    lose_quote(shop.by(), quote_id=quote.pk, version=2, loss="delivery")
    quote.refresh_from_db()
    assert (quote.state, quote.loss) == ("won", "delivery")
    assert 0 < quote.ordered_net < quote.net


def test_after_its_last_day_prices_are_found_anew_when_that_is_wanted(shop):
    quote = shop.old(shop.line(0), shop.line(1, price="999"))
    shop.raise_prices()
    with pytest.raises(QuoteExpired, match="valid until 31 Jan 2026"):
        shop.accept(quote)
    assert not SalesOrder.objects.exists()
    expire_quotes(shop.by())
    made = shop.accept(quote, anew=True)
    now = [line.unit_price for line in SalesOrder.objects.get(pk=made.order_id).lines.order_by("line")]
    quoted = list(quote.lines.values_list("unit_price", flat=True))
    assert now[0] == quoted[0] + 10 and now[1] != quoted[1]
    quote.refresh_from_db()
    assert (made.held_prices, quote.state) == (False, "won")
    assert not OrderLine.objects.filter(price_source="quote").exists()
    proven()


def test_wanting_prices_anew_changes_nothing_while_the_quote_is_valid(shop):
    quote = shop.old()
    shop.raise_prices()
    made = shop.accept(quote, anew=True, by=shop.by(at=JANUARY))
    assert made.held_prices
    assert SalesOrder.objects.get(pk=made.order_id).net == quote.net


def test_what_waits_for_approval_is_neither_sent_nor_ordered(shop):
    listed = shop.quote(shop.line()).lines.get().unit_price
    quote = shop.quote(shop.line(price=str(listed / 2)))
    with pytest.raises(QuoteWaits):
        shop.accept(quote)
    with pytest.raises(QuoteWaits):
        send_quote(shop.by(), quote_id=quote.pk, version=1)
    assert not SalesOrder.objects.exists() and not DocumentMessage.objects.exists()
    approve_quote(shop.by(shop.owner), quote_id=quote.pk, version=1)
    made = shop.accept(quote)
    assert (made.holds, Hold.objects.count()) == ([], 0)  # its prices were judged when they were quoted
    assert SalesOrder.objects.get(pk=made.order_id).lines.get().unit_price == listed / 2
    proven()


def test_the_other_gates_of_an_order_are_asked(shop):
    quote = shop.quote()
    Customer.objects.filter(pk=quote.customer_id).update(is_blocked=True, po_required=True)
    assert sorted(shop.accept(quote, 1).holds) == ["blocked", "po_missing"]
    Customer.objects.filter(pk=quote.customer_id).update(po_unique=True, is_blocked=False)
    shop.trade.submit(1, customer_po="PO 1")
    with pytest.raises(CustomerPoUsed):
        shop.accept(quote, customer_po="PO 1")
    quote.refresh_from_db()
    assert (quote.state, SalesOrder.objects.count()) == ("open", 2)


def test_a_quoted_price_stays_when_the_order_is_amended(shop):
    quote = shop.quote(shop.line(price="330"), shop.line(1))
    shop.raise_prices()
    order = SalesOrder.objects.get(pk=shop.accept(quote).order_id)

    def amend(*lines: LineChange) -> OrderLine:
        order.refresh_from_db()
        amend_order(
            shop.by(), order_id=order.pk, version=order.version, amendment=Amendment(lines=list(lines))
        )
        return order.lines.get(line=1)

    line = amend(LineChange(1, Decimal(7)))
    assert (line.unit_price, line.price_source, line.price_reason, line.net) == (
        330, "quote", quote.number, 2310,
    )  # fmt: skip
    with pytest.raises(BadInput, match="Keep the unit"):
        amend(LineChange(1, Decimal(1), unit="BX"))
    by_hand = amend(LineChange(1, Decimal(7), price=Decimal(32), price_reason="Again"))
    assert (by_hand.unit_price, by_hand.price_source) == (32, "override")
    proven()


def test_it_goes_out_with_its_paper(shop):
    quote = shop.quote(customer_po="RFQ 7")
    sent = send_quote(shop.by(), quote_id=quote.pk, version=1)
    quote.refresh_from_db()
    assert (sent.recipient, quote.state, quote.version) == ("buyer@example.com", "sent", 2)
    assert deliver("orders.messages.deliver_documents").failed == 0
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == (
        f"Our quote {quote.number} (your RFQ 7)",
        ["buyer@example.com"],
    )
    ((name, content, kind),) = letter.attachments
    assert (name, content[:5], kind) == (f"{quote.number}.pdf", b"%PDF-", "application/pdf")
    assert DocumentMessage.objects.get().delivered_at is not None
    send_quote(shop.by(), quote_id=quote.pk, version=2, by_hand=True)
    assert DocumentMessage.objects.count() == 1


def test_what_was_sent_leaves_the_house_although_it_was_revised_meanwhile(shop, monkeypatch):
    quote = shop.quote(shop.line(0, 3))
    send_quote(shop.by(), quote_id=quote.pk, version=1)
    request = shop.trade.request([shop.line(0, 7, price="2")])
    waiting = revise_quote(shop.by(), quote_id=quote.pk, version=2, request=request, reason="Cheaper")
    assert waiting.beyond
    printed = []
    monkeypatch.setattr(
        sheets, "render_pdf", lambda template, context: printed.append(context) or b"%PDF-1.7"
    )
    assert deliver("orders.messages.deliver_documents").failed == 0
    (paper,) = printed
    assert (paper["written"].revision, [line.quantity for line in paper["lines"]]) == (1, [3])
    assert paper["written"].net == quote.net
    client = Client()
    client.force_login(factories.user("customer_service"))
    page = client.get(reverse("orders:quote", args=[quote.number])).content.decode()
    assert "buyer@example.com" in page  # it still stands among what was sent


def test_nobody_to_send_it_to_is_said(shop):
    quote = shop.quote()
    Party.objects.update(email="")
    with pytest.raises(NoAddress):
        send_quote(shop.by(), quote_id=quote.pk, version=1)
    assert Quote.objects.get().state == "open"
    sent = send_quote(shop.by(), quote_id=quote.pk, version=1, recipient="her@example.com")
    assert (sent.recipient, Quote.objects.get().state) == ("her@example.com", "sent")


def test_an_expired_or_lost_quote_is_not_sent(shop):
    quote = shop.old()
    with pytest.raises(QuoteExpired):
        send_quote(shop.by(), quote_id=quote.pk, version=1)
    lose_quote(shop.by(), quote_id=quote.pk, version=1, loss="ours")
    with pytest.raises(WrongQuoteState):
        send_quote(shop.by(), quote_id=quote.pk, version=2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_clerks_make_one_order(shop: Quotes) -> None:
    quote = shop.quote()
    results = run_concurrently(
        lambda by: accept_quote(by, quote_id=quote.pk, version=1, acceptance=Acceptance()),
        [shop.by(), shop.by(shop.owner)],
    )
    assert sorted(type(result).__name__ for result in results) == ["AcceptedQuote", "StaleVersion"]
    assert SalesOrder.objects.count() == 1
    proven()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_a_revision_and_an_order_follow_each_other(shop: Quotes) -> None:
    quote = shop.quote()
    request = shop.trade.request([shop.line()])
    ordered, revised = in_turn(
        lambda: accept_quote(shop.by(), quote_id=quote.pk, version=1, acceptance=Acceptance()),
        lambda: revise_quote(shop.by(), quote_id=quote.pk, version=1, request=request),
    )
    assert not isinstance(ordered, Exception)
    assert isinstance(revised, StaleVersion)
    quote.refresh_from_db()
    assert (quote.revision, quote.state) == (1, "won")


def test_the_requested_day_is_the_quotes_or_today(shop):
    quote = shop.quote(requested_on=date(2031, 3, 3))
    made = shop.accept(quote, 1)
    assert SalesOrder.objects.get(pk=made.order_id).requested_on == date(2031, 3, 3)
    later = shop.accept(quote, requested_on=date(2031, 4, 4))
    assert SalesOrder.objects.get(pk=later.order_id).requested_on == date(2031, 4, 4)


def test_freight_that_is_added_to_the_order_is_no_line_of_the_quote(shop):
    customer = Customer.objects.get(pk=shop.trade.world.customers[0])
    Customer.objects.filter(pk=customer.pk).update(freight_terms="prepaid_add")
    factories.freight_tariff(company=customer.company)
    quote = shop.quote()
    made = shop.accept(quote)
    lines = list(OrderLine.objects.filter(order=made.order_id).order_by("line"))
    assert [line.price_source for line in lines] == ["quote", "quote", "freight"]
    assert list(quote.lines.values_list("order_line", flat=True)) == [lines[0].pk, lines[1].pk]
    proven()
