"""What customers were offered and have committed to: quotes at every end, and two blanket orders in use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from masterdata.models import Customer, Item
from orders.blankets.actions.call_off import CalledLine, CallOffRequest, call_off
from orders.blankets.actions.write_blanket import create_blanket
from orders.entry.models import OrderLine
from orders.entry.rules import LineRequest, OrderRequest
from orders.quotes.actions.accept_quote import Acceptance, accept_quote
from orders.quotes.actions.end_quote import expire_quotes, lose_quote
from orders.quotes.actions.send_quote import send_quote
from orders.quotes.actions.write_quote import create_quote

# How each quote ends, how many days ago it was written, for how many days its prices hold, and to whom it was lost.
STORIES = (
    ("won", 28, 30, ""),
    ("lost", 25, 30, "Brixton Supply"),
    ("expired", 21, 14, ""),
    ("lost", 18, 30, "Kanal Handel"),
    ("part", 12, 30, ""),
    ("won", 9, 30, ""),
    ("sent", 6, 30, ""),
    ("sent", 10, 14, ""),
    ("open", 1, 30, ""),
)
LOSSES = {"Brixton Supply": "price", "Kanal Handel": "delivery"}
LINES = 3
CALLED = (30, 85)  # percent called off of each blanket order's lines


def offer(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Carry quotes through their stories, and blanket orders half way through their term."""
    buyers = bought(len(STORIES) + len(CALLED))
    for story, (customer, lines) in zip(STORIES, buyers, strict=False):
        _quote(by, now, customer, lines, *story)
    expire_quotes(by("cs", now))
    for percent, (customer, lines) in zip(CALLED, buyers[len(STORIES) :], strict=False):
        _commit(by, now - timedelta(days=20), customer, lines, percent)


def bought(most: int) -> list[tuple[Customer, list[LineRequest]]]:
    """Customers who may buy, each with items that it has bought before, three of each order's."""
    found: list[tuple[Customer, list[LineRequest]]] = []
    customers = Customer.objects.filter(is_blocked=False).order_by("-pk")
    for customer in customers.select_related("party"):
        lines = OrderLine.objects.filter(order__customer=customer, unit_price__gt=0).order_by("item_id")
        lines = lines.exclude(item__status=Item.Status.BLOCKED)
        asked = {line.item_id: LineRequest(line.item_id, line.quantity, line.unit_id) for line in lines}
        if len(asked) >= LINES:
            found.append((customer, list(asked.values())[:LINES]))
        if len(found) == most:
            break
    return found


def _quote(
    by: Callable[[str, datetime], By],
    now: datetime,
    customer: Customer,
    lines: list[LineRequest],
    end: str,
    days_ago: int,
    valid_days: int,
    competitor: str,
) -> None:
    at = now - timedelta(days=days_ago)
    made = create_quote(
        by("cs", at),
        request=_request(customer, lines, at),
        valid_until=(at + timedelta(days=valid_days)).date(),
    )
    if end == "open":
        return
    sent = send_quote(
        by("cs", at + timedelta(hours=1)), quote_id=made.quote_id, version=made.version, by_hand=True
    )
    later = by("cs", at + timedelta(days=3))
    if end in ("won", "part"):
        accept_quote(
            later,
            quote_id=made.quote_id,
            version=sent.version,
            acceptance=Acceptance(
                lines=(1,) if end == "part" else (),
                customer_po=f"Q{made.quote_id}/{customer.party.code}",
                requested_on=now.date() + timedelta(days=2),
            ),
        )
    elif end == "lost":
        lose_quote(
            later,
            quote_id=made.quote_id,
            version=sent.version,
            loss=LOSSES[competitor],
            competitor=competitor,
        )


def _commit(
    by: Callable[[str, datetime], By],
    at: datetime,
    customer: Customer,
    lines: list[LineRequest],
    percent: int,
) -> None:
    """A quarter's quantities, and a first call-off of them."""
    wanted = [LineRequest(line.item_id, line.quantity * 20, line.unit) for line in lines]
    made = create_blanket(
        by("cs", at),
        request=_request(customer, wanted, at),
        valid_from=at.date(),
        valid_until=(at + timedelta(days=90)).date(),
    )
    called = [
        CalledLine(place, (line.quantity * percent / 100).quantize(Decimal(1)))
        for place, line in enumerate(wanted, 1)
    ]
    request = CallOffRequest(
        called, requested_on=at.date() + timedelta(days=30), customer_po=f"{made.number}/1"
    )
    call_off(by("cs", at + timedelta(days=1)), blanket_id=made.blanket_id, request=request)


def _request(customer: Customer, lines: list[LineRequest], at: datetime) -> OrderRequest:
    return OrderRequest(
        customer_id=customer.pk,
        lines=lines,
        requested_on=at.date() + timedelta(days=7),
        channel="desk",
    )
