"""Quotes are priced as orders are, hold nothing else, and keep what they said before."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.models import Decision
from erp.kernel.proofs import prove, results_of
from inventory.models import Demand, SiteStock
from masterdata.models import Item, Price
from orders.entry.errors import EmptyOrder, LineRefused, ShipToUnknown
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, OrderDraft, Quote, QuoteLine, SalesOrder
from orders.quotes.actions.approve_quote import approve_quote
from orders.quotes.actions.end_quote import expire_quotes, lose_quote
from orders.quotes.actions.quote_draft import copy_quote, open_revision, quote_draft
from orders.quotes.actions.write_quote import create_quote, revise_quote
from orders.quotes.errors import NotToApprove, OwnQuote, WrongQuoteState
from orders.quotes.sheets import lines_of_revision
from tests import factories
from tests.orders.quotes.conftest import JANUARY, Quotes
from tests.support import count_statements

pytestmark = pytest.mark.django_db


def revise(shop: Quotes, quote: Quote, *lines: LineRequest, **more: object):
    quote.refresh_from_db()
    return revise_quote(
        shop.by(), quote_id=quote.pk, version=quote.version, request=shop.trade.request(list(lines)), **more
    )


def proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def test_it_costs_what_an_order_costs_and_holds_nothing(shop):
    lines = [shop.line(0), shop.line(1, 3)]
    quote = shop.quote(*lines)
    assert (Demand.objects.count(), SiteStock.objects.exclude(reserved=0).count()) == (0, 0)
    assert set(CreditAccount.objects.values_list("exposure", flat=True)) == {0}
    order = SalesOrder.objects.get(pk=shop.trade.submit(lines).order_id)
    assert (quote.net, quote.tax, quote.gross) == (order.net, order.tax, order.gross)
    assert list(quote.lines.values_list("unit_price", "price_source", "net")) == list(
        order.lines.order_by("line").values_list("unit_price", "price_source", "net")
    )
    assert (quote.number, quote.state, quote.revision, quote.line_count) == (f"Q-{quote.pk}", "open", 1, 2)
    why = Decision.objects.get(verb="orders.create_quote")
    assert [Decimal(steps[-1]["value"]) for steps in why.outcome["price"]] == [
        line.unit_price for line in quote.lines.all()
    ]
    proven()


def test_prices_hold_as_long_as_the_policy_says_unless_a_day_is_named(shop):
    assert shop.quote(by=shop.by(at=JANUARY)).valid_until == date(2026, 2, 4)
    assert shop.old().valid_until == date(2026, 1, 31)


@pytest.mark.parametrize("days", [-1, 366])
def test_no_day_past_or_too_far_away(shop, days):
    with pytest.raises(BadInput):
        shop.quote(by=shop.by(at=JANUARY), until=JANUARY.date() + timedelta(days=days))
    assert not Quote.objects.exists()


@pytest.mark.parametrize("days", [0, 365])
def test_today_and_the_longest_are_taken(shop, days):
    wanted = JANUARY.date() + timedelta(days=days)
    assert shop.quote(by=shop.by(at=JANUARY), until=wanted).valid_until == wanted


def test_what_cannot_be_ordered_cannot_be_quoted(shop):
    with pytest.raises(EmptyOrder):
        create_quote(shop.by(), request=shop.trade.request([]))
    with pytest.raises(LineRefused) as refused:
        shop.quote(shop.line(), LineRequest(0, Decimal(1)))
    assert [line["line"] for line in refused.value.context["lines"]] == [2]
    with pytest.raises(ShipToUnknown):
        shop.quote(ship_to_id=999_999)
    assert not Quote.objects.exists()


def test_a_line_without_a_price_needs_one_by_hand(shop):
    Price.objects.all().delete()
    with pytest.raises(LineRefused, match="has no price"):
        shop.quote(shop.line())
    quote = shop.quote(shop.line(price="40"))
    assert (quote.net, quote.lines.get().price_source) == (80, "override")


def test_the_right_is_asked_for_where_the_customer_is(shop):
    elsewhere = factories.company(code="ELSE")
    stranger = factories.actor("customer_service", scope=f"company:{elsewhere.pk}")
    for actor in (stranger, factories.actor("warehouse")):
        with pytest.raises(NotPermitted):
            shop.quote(by=shop.by(actor))
    assert not Quote.objects.exists()


def test_a_price_beyond_the_writers_authority_waits_for_somebody_else(shop):
    listed = shop.quote(shop.line()).lines.get().unit_price
    quote = shop.quote(shop.line(price=str(listed / 2)))
    assert "the least that may be given without asking" in quote.beyond
    own = factories.actor("customer_service", "finance", username="both")
    mine = shop.quote(shop.line(price=str(listed / 2)), by=shop.by(own))
    with pytest.raises(OwnQuote):
        approve_quote(shop.by(own), quote_id=mine.pk, version=1)
    with pytest.raises(NotPermitted):
        approve_quote(shop.by(), quote_id=quote.pk, version=1)
    approve_quote(shop.by(shop.owner), quote_id=quote.pk, version=1)
    quote.refresh_from_db()
    assert (quote.approved_by, quote.version) == ("olga", 2)
    with pytest.raises(NotToApprove):
        approve_quote(shop.by(shop.owner), quote_id=quote.pk, version=2)


def test_a_revision_keeps_what_was_offered_before_and_asks_for_approval_anew(shop):
    listed = shop.quote(shop.line()).lines.get().unit_price
    quote = shop.quote(shop.line(price=str(listed / 2)), shop.line(1))
    approve_quote(shop.by(shop.owner), quote_id=quote.pk, version=1)
    net = quote.net
    made = revise(shop, quote, shop.line(0, 5, price=str(listed / 4)), reason="More of it")
    quote.refresh_from_db()
    assert (made.revision, quote.revision, quote.line_count, quote.approved_by) == (2, 2, 1, "")
    assert quote.beyond and quote.net == round(5 * (listed / 4), 2)
    assert list(quote.revisions.values_list("revision", "net", "line_count", "reason")) == [
        (1, net, 2, ""),
        (2, quote.net, 1, "More of it"),
    ]
    assert QuoteLine.objects.filter(quote=quote, revision=1).count() == 2
    proven()


def test_a_revision_is_for_the_version_seen_and_the_same_customer(shop):
    quote = shop.quote()
    revise(shop, quote, shop.line())
    request = shop.trade.request([shop.line()])
    with pytest.raises(StaleVersion):
        revise_quote(shop.by(), quote_id=quote.pk, version=1, request=request)
    other = shop.trade.request([shop.line()], customer_id=shop.trade.world.customers[1])
    with pytest.raises(BadInput):
        revise_quote(shop.by(), quote_id=quote.pk, version=2, request=other)
    assert Quote.objects.get().revision == 2


def test_a_lost_quote_says_why_and_may_be_revised(shop):
    quote = shop.quote()
    for given in ({"loss": "because"}, {"loss": "other"}):
        with pytest.raises(BadInput):
            lose_quote(shop.by(), quote_id=quote.pk, version=1, **given)
    lose_quote(shop.by(), quote_id=quote.pk, version=1, loss="price", competitor=" Acme ", note="8 % less")
    quote.refresh_from_db()
    assert (quote.state, quote.loss, quote.competitor, quote.closing_note, quote.closed_by) == (
        "lost", "price", "Acme", "8 % less", "nora",
    )  # fmt: skip
    with pytest.raises(WrongQuoteState):
        lose_quote(shop.by(), quote_id=quote.pk, version=2, loss="price")
    revise(shop, quote, shop.line())
    quote.refresh_from_db()
    assert (quote.state, quote.loss, quote.competitor, quote.closed_at) == ("open", "", "", None)


def test_what_is_past_its_last_day_expires_once(shop):
    old, fresh, part = shop.old(), shop.quote(), shop.old()
    shop.accept(part, 1, by=shop.by(at=JANUARY))
    ended = expire_quotes(shop.by())
    assert sorted(ended.quote_ids) == [old.pk, part.pk]
    states = dict(Quote.objects.values_list("pk", "state"))
    assert states == {old.pk: "expired", fresh.pk: "open", part.pk: "won"}
    assert expire_quotes(shop.by()).quote_ids == []
    proven()


def draft(shop: Quotes, *lines: dict[str, object]) -> OrderDraft:
    """Two lines as they stand at the desk, the second with a price by hand."""
    first, second = shop.trade.world.items[:2]
    return OrderDraft.objects.create(
        company_id=shop.trade.world.company_id,
        customer_id=shop.trade.world.customers[0],
        created_by_id=shop.clerk.user_id,
        customer_po="RFQ 7",
        lines=list(lines)
        or [
            {"line": 1, "raw": "P0", "item_id": first, "quantity": "2"},
            {
                "line": 4,
                "raw": "P1",
                "item_id": second,
                "quantity": "1",
                "price": "440",
                "price_reason": "Asked",
            },
        ],
    )


def test_a_draft_becomes_a_quote_and_a_quote_a_draft(shop):
    written = draft(shop)
    made = quote_draft(shop.by(), public_id=str(written.public_id), version=1)
    quote = Quote.objects.get(pk=made.quote_id)
    written.refresh_from_db()
    assert (quote.customer_reference, quote.line_count, written.discarded_at is None) == ("RFQ 7", 2, False)
    opened = open_revision(shop.by(), quote_id=quote.pk)
    assert open_revision(shop.by(), quote_id=quote.pk) == opened
    revised = OrderDraft.objects.get(public_id=opened.public_id)
    assert [(line["quantity"], line["price"]) for line in revised.lines] == [("2", ""), ("1", "440")]
    again = quote_draft(shop.by(), public_id=opened.public_id, version=revised.version, reason="Once more")
    assert (again.quote_id, again.revision) == (quote.pk, 2)
    assert list(quote.lines.filter(revision=2).values_list("quantity", flat=True)) == [2, 1]


def test_a_copy_is_a_draft_of_its_own(shop):
    quote = shop.quote(shop.line(0, 3), shop.line(1, price="440"))
    shop.accept(quote)
    copied = copy_quote(shop.by(), quote_id=quote.pk)
    written = OrderDraft.objects.get(public_id=copied.public_id)
    assert [(line["quantity"], line["price"]) for line in written.lines] == [("3", ""), ("2", "440")]
    made = quote_draft(shop.by(), public_id=copied.public_id, version=written.version)
    assert (made.quote_id != quote.pk, made.revision, Quote.objects.count()) == (True, 1, 2)


def test_a_draft_that_cannot_be_quoted_stays(shop):
    written = draft(shop, {"line": 3, "raw": "?", "quantity": "1"})
    with pytest.raises(LineRefused) as refused:
        quote_draft(shop.by(), public_id=str(written.public_id), version=1)
    assert refused.value.context["lines"][0]["line"] == 3
    with pytest.raises(StaleVersion):
        quote_draft(shop.by(), public_id=str(written.public_id), version=9)
    written.refresh_from_db()
    assert written.discarded_at is None and not Quote.objects.exists()


def test_statements_do_not_grow_with_the_lines(shop):
    counts = []
    for lines in (1, 10, 500):
        request = shop.trade.request([shop.line(n % 12) for n in range(lines)])
        with count_statements() as counted:
            made = create_quote(shop.by(), request=request)
        counts.append(counted.statements)
        quote = Quote.objects.get(pk=made.quote_id)
        with count_statements() as counted:
            shop.accept(quote)
        counts.append(counted.statements)
    assert counts[0] == counts[2] == counts[4] <= 12
    assert counts[1] == counts[3] == counts[5] <= 32


def supplies(quote: Quote) -> list[str]:
    """How the newest revision's lines say that they are supplied."""
    return list(quote.lines.filter(revision=quote.revision).values_list("supply", flat=True))


def test_how_a_line_is_supplied_survives_revisions_and_the_order(shop):
    first, second, third = shop.trade.world.items[:3]
    written = draft(
        shop,
        {"line": 1, "raw": "P0", "item_id": first, "quantity": "2", "supply": "special"},
        {"line": 2, "raw": "P1", "item_id": second, "quantity": "1", "supply": "drop"},
        {"line": 3, "raw": "P2", "item_id": third, "quantity": "1"},
    )
    made = quote_draft(shop.by(), public_id=str(written.public_id), version=1)
    quote = Quote.objects.get(pk=made.quote_id)
    assert supplies(quote) == ["special", "drop", ""]
    opened = open_revision(shop.by(), quote_id=quote.pk)
    revised = OrderDraft.objects.get(public_id=opened.public_id)
    assert [line["supply"] for line in revised.lines] == ["special", "drop", ""]
    quote_draft(shop.by(), public_id=opened.public_id, version=revised.version, reason="Once more")
    quote.refresh_from_db()
    assert (quote.revision, supplies(quote)) == (2, ["special", "drop", ""])
    order = shop.accept(quote)
    methods = Demand.objects.filter(line_demand__line__order=order.order_id).order_by(
        "line_demand__line__line"
    )
    assert list(methods.values_list("supply_method", flat=True)) == ["special", "drop", "stock"]
    proven()


def test_an_expired_quote_is_ordered_with_its_supply(shop):
    quote = shop.old(replace(shop.line(), supply="special"))
    order = shop.accept(quote, anew=True)
    demand = Demand.objects.get(line_demand__line__order=order.order_id)
    assert (order.held_prices, demand.supply_method) == (False, "special")


def test_what_cannot_be_bought_is_not_quoted_so(shop):
    Item.objects.filter(pk=shop.trade.world.items[0]).update(kind="service")
    with pytest.raises(LineRefused, match="nothing is bought for it"):
        shop.quote(replace(shop.line(), supply="special"))
    assert not Quote.objects.exists()


def test_the_letter_says_what_comes_on_special_order(shop):
    quote = shop.quote(
        replace(shop.line(0), supply="special"), replace(shop.line(1), supply="drop"), shop.line(2)
    )
    context = {
        "quote": quote,
        "written": quote.revisions.get(),
        "lines": lines_of_revision(quote),
        "taxes": [],
    }
    text = render_to_string("orders/quotes/quote_pdf.html", {**context, "company": quote.company})
    assert (text.count("special order"), text.count("sent by the manufacturer")) == (1, 1)
