"""What an entry pays, how certain that is, and why: the rules as tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.banking.rules import (
    Credit,
    Item,
    Known,
    Match,
    account_key,
    match,
    name_key,
    named_items,
    words_of,
)
from billing.receivables.rules import Application

DAY = date(2026, 3, 10)
OWN, OTHER = 1, 2


def item(pk: int, amount: str, customer_id: int = OWN, **more: object) -> Item:
    given = {"due_on": date(2026, 3, pk), "also": (f"SO-{pk}", f"SH-{pk}")}
    return Item(pk, f"INV-{pk:06d}", Decimal(amount), customer_id=customer_id, **{**given, **more})


FIRST, SECOND, THIRD = item(1, "100.00"), item(2, "50.00"), item(3, "30.00")
THEIRS = item(4, "70.00", OTHER)
IN_TERMS = item(5, "200.00", discount=Decimal("4.00"), discount_until=DAY)
LATE = replace(IN_TERMS, discount_until=date(2026, 3, 9))
MEMO = item(6, "-20.00")
ITEMS = (FIRST, SECOND, THIRD, THEIRS, MEMO)


def found(
    amount: str,
    text: str = "",
    *,
    account: str = "",
    name: str = "",
    items: tuple[Item, ...] = ITEMS,
    by_account: dict[str, set[int]] | None = None,
    by_name: dict[str, set[int]] | None = None,
) -> Match:
    by_number: dict[str, list[Item]] = {}
    by_customer: dict[int, list[Item]] = {}
    for one in items:
        by_customer.setdefault(one.customer_id, []).append(one)
        for number in (one.number, *one.also):
            by_number.setdefault(number, []).append(one)
    known = Known(
        by_customer,
        {key: frozenset(some) for key, some in (by_account or {}).items()},
        {key: frozenset(some) for key, some in (by_name or {}).items()},
    )
    return match(
        Credit(Decimal(amount), DAY, account, name),
        known,
        named_items(words_of(text), ["INV-"], by_number),
    )


def pays(*parts: tuple[int, str]) -> tuple[Application, ...]:
    return tuple(Application(pk, Decimal(amount)) for pk, amount in parts)


@pytest.mark.parametrize(
    ("amount", "text", "certainty", "applications"),
    [
        ("100.00", "Payment INV-000001", "certain", pays((1, "100.00"))),
        ("150.00", "inv-000001/INV-000002.", "certain", pays((1, "100.00"), (2, "50.00"))),
        ("80.00", "INV-000001 less memo INV-000006", "certain", pays((1, "100.00"), (6, "-20.00"))),
        ("100.00", "your order SO-1", "certain", pays((1, "100.00"))),
        ("100.00", "delivery SH-1, thanks", "certain", pays((1, "100.00"))),
        ("98.00", "INV-000001", "likely", pays((1, "98.00"))),  # short
        ("101.00", "INV-000001", "likely", pays((1, "100.00"))),  # over: the rest waits
        ("170.00", "INV-000001 INV-000004", "none", ()),  # two payers
        ("50.00", "", "likely", pays((2, "50.00"))),  # the only one with this amount
        ("77.77", "hello", "none", ()),
    ],
)
def test_texts_and_amounts(
    amount: str, text: str, certainty: str, applications: tuple[Application, ...]
) -> None:
    match = found(amount, text)
    assert (match.certainty, match.applications) == (certainty, applications)
    assert match.why


@pytest.mark.parametrize(
    ("amount", "certainty", "applications", "why"),
    [
        ("50.00", "certain", pays((2, "50.00")), "INV-000002 which is exactly this amount"),
        ("160.00", "certain", pays((1, "100.00"), (2, "50.00"), (3, "30.00"), (6, "-20.00")), "its 4 open items"),
        ("130.00", "likely", pays((1, "100.00"), (3, "30.00")), ""),  # ambiguous below
        ("60.00", "likely", pays((2, "50.00"), (3, "30.00"), (6, "-20.00")), "of its 4 open items only"),
        ("65.00", "guess", pays((1, "65.00")), "the oldest first"),
    ],
)  # fmt: skip
def test_a_learnt_account(
    amount: str, certainty: str, applications: tuple[Application, ...], why: str
) -> None:
    items = ITEMS if amount != "130.00" else ITEMS[:4]
    got = found(amount, account="DE1", by_account={"DE1": {OWN}}, items=items)
    assert (got.certainty, got.applications, got.customer_id, why in got.why) == (
        certainty, applications, OWN, True,
    )  # fmt: skip


def test_two_sets_that_add_up_are_no_proposal_of_a_set() -> None:
    # 100 + 50 - 20 and 100 + 30 are both 130.
    got = found("130.00", account="DE1", by_account={"DE1": {OWN}})
    assert (got.certainty, got.applications) == ("guess", pays((1, "100.00"), (2, "30.00")))


def test_a_name_is_less_certain_and_two_customers_are_none() -> None:
    name = name_key("ACME, Inc.")
    assert name == "ACME INC" == name_key("acme inc")
    assert found("50.00", name="Acme Inc", by_name={name: {OWN}}).certainty == "likely"
    assert found("50.00", name="Acme Inc", by_name={name: {OWN, OTHER}}).certainty == "none"
    assert account_key(" de1 ") == "DE1"


def test_an_account_that_pays_for_another_makes_the_text_less_certain() -> None:
    told = {"DE1": {OTHER}}
    got = found("100.00", "INV-000001", account="DE1", by_account=told)
    assert (got.certainty, got.customer_id) == ("likely", OWN)
    assert "has paid for another customer" in got.why


@pytest.mark.parametrize(
    ("one", "amount", "certainty", "application"),
    [
        (IN_TERMS, "196.00", "certain", Application(5, Decimal("196.00"), Decimal("4.00"), "discount")),
        (IN_TERMS, "200.00", "certain", Application(5, Decimal("200.00"))),
        (LATE, "196.00", "likely", Application(5, Decimal("196.00"))),
    ],
)
def test_a_discount_is_the_customers_in_terms_only(
    one: Item, amount: str, certainty: str, application: Application
) -> None:
    got = found(amount, "INV-000005", items=(one, THEIRS))
    assert (got.certainty, got.applications) == (certainty, (application,))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("123", {"INV-000123"}),  # digits alone, at least three
        ("12", set()),
        ("INV-000123 of 2026", {"INV-000123"}),  # what is written whole decides
        ("SO-123", {"INV-000123"}),
        ("2026", {"INV-002026"}),
    ],
)
def test_what_a_text_names(text: str, numbers: set[str]) -> None:
    by_number = {
        "INV-000123": [item(123 % 28, "1.00")],
        "INV-002026": [item(20, "2.00")],
    }
    by_number["INV-000123"] = [replace(by_number["INV-000123"][0], number="INV-000123", also=("SO-123",))]
    by_number["INV-002026"] = [replace(by_number["INV-002026"][0], number="INV-002026")]
    by_number["SO-123"] = by_number["INV-000123"]
    assert {one.number for one in named_items(words_of(text), ["INV-"], by_number)} == numbers


CENTS = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(CENTS, min_size=1, max_size=8), CENTS, st.booleans())
def test_a_proposal_is_never_more_than_the_money_or_what_is_open(
    opens: list[Decimal], amount: Decimal, learnt: bool
) -> None:
    items = tuple(item(pk, str(value)) for pk, value in enumerate(opens, start=1))
    told = {"DE1": {OWN}} if learnt else None
    got = found(str(amount), "", account="DE1", items=items, by_account=told)
    settled = {one.open_item_id: one.settled for one in got.applications}
    assert sum((one.amount for one in got.applications), Decimal(0)) <= amount
    assert all(0 < value <= opens[pk - 1] for pk, value in settled.items())
    if got.certainty == "certain":
        assert sum((one.amount for one in got.applications), Decimal(0)) == amount
