"""Price rules read out of sales: a list, quantity breaks and customer agreements; the rest stays as it was sold."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .source import Sale

BREAK_AGREES = Decimal("0.8")  # share of the larger sales that must have had the lower price


@dataclass(frozen=True, slots=True)
class Break:
    """From this quantity on, this price."""

    quantity: int
    price: Decimal


@dataclass(slots=True)
class PriceBook:
    """Prices by item, and by customer and item; a customer of None is the walk-in house account."""

    listed: dict[str, Decimal] = field(default_factory=dict)
    breaks: dict[str, Break] = field(default_factory=dict)
    agreed: dict[tuple[int | None, str], Decimal] = field(default_factory=dict)

    def source_of(self, sale: Sale) -> tuple[str, Decimal]:
        """(list | break | agreement, price) that the rules give a sale: the agreement wins, as in pricing."""
        if (price := self.agreed.get((sale.customer, sale.item))) is not None:
            return "agreement", price
        lower = self.breaks.get(sale.item)
        if lower and sale.quantity >= lower.quantity:
            return "break", lower.price
        return "list", self.listed[sale.item]

    def explains(self, sale: Sale) -> str:
        """Which rule gives the sale its price; "conversion" when none does."""
        source, price = self.source_of(sale)
        return source if price == sale.price else "conversion"


def read_prices(sales: Sequence[Sale]) -> PriceBook:
    """The book that explains most of the sales without knowing them one by one.

    List: the price an item was sold at most often (of equals the highest). Break: the next lower price, when
    nearly all sales from its smallest quantity on had it. Agreement: a customer's own most frequent price for an
    item bought at least twice, where it differs from what the list would say.
    """
    book = PriceBook()
    by_item: defaultdict[str, list[Sale]] = defaultdict(list)
    by_customer: defaultdict[tuple[int | None, str], list[Sale]] = defaultdict(list)
    for sale in sales:
        by_item[sale.item].append(sale)
        by_customer[sale.customer, sale.item].append(sale)
    for item, sold in by_item.items():
        book.listed[item] = _most_common(sold)
        if lower := _break(sold, book.listed[item]):
            book.breaks[item] = lower
    for (customer, item), sold in by_customer.items():
        price = _most_common(sold)
        if len(sold) > 1 and sum(sale.price == price for sale in sold) > 1:
            plain = {book.source_of(sale)[1] for sale in sold if sale.price == price}
            if plain != {price}:
                book.agreed[customer, item] = price
    return book


def _most_common(sold: Sequence[Sale]) -> Decimal:
    counts = Counter(sale.price for sale in sold)
    return max(counts, key=lambda price: (counts[price], price))


def _break(sold: Sequence[Sale], listed: Decimal) -> Break | None:
    lower = Counter(sale.price for sale in sold if sale.price < listed)
    if not lower:
        return None
    price = max(lower, key=lambda each: (lower[each], each))
    quantity = min(sale.quantity for sale in sold if sale.price == price)
    reached = [sale for sale in sold if sale.quantity >= quantity]
    agreeing = sum(sale.price == price for sale in reached)
    if quantity < 2 or agreeing < 2 or agreeing < BREAK_AGREES * len(reached):
        return None
    return Break(quantity, price)
