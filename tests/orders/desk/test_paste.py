"""Rows from a spreadsheet in the order desk: all of them priced at once, none of them lost."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from erp.kernel.models import User
from masterdata.models import ItemReference
from orders.desk.rules import MOST_ROWS, free_numbers
from orders.models import OrderDraft
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

DRAFT = "7f2f1a52-5b3c-4f0e-9a55-{:012}"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


def started(clerk: Client, shop: Trade, number: int = 1) -> str:
    """A draft of the first customer, at version 1; its public id."""
    public_id = DRAFT.format(number)
    address = reverse("orders:draft_header", args=[public_id])
    answer = clerk.post(address, {"customer_id": shop.world.customers[0], "version": 0}, **HTMX)
    assert answer.status_code == 200
    return public_id


def paste(
    clerk: Client, public_id: str, rows: Sequence[Sequence[Any]], *, at: int = 1, version: int = 1
) -> HttpResponse:
    fields = {"rows": json.dumps(rows), "at": at, "version": version}
    return clerk.post(reverse("orders:draft_paste", args=[public_id]), fields, **HTMX)


def test_two_hundred_lines_take_the_statements_of_one(shop, clerk):
    paste(clerk, started(clerk, shop, 9), [["P0", "1"]])  # what is read once a process has been read
    counts = {}
    for rows in (1, 20, 200):
        public_id = started(clerk, shop, rows)
        with count_statements() as counted:
            answer = paste(clerk, public_id, [[f"P{n % 12}", "2"] for n in range(rows)])
        assert answer.content.decode().count("data-row=") == rows
        counts[rows] = counted.statements
    assert counts[1] == counts[20] == counts[200] <= 15


def test_bad_rows_stay_with_their_reason_and_good_ones_are_priced(shop, clerk):
    for item, source in zip(shop.world.items[4:6], ("AS400", "Navision"), strict=True):
        ItemReference.objects.create(item_id=item, kind="legacy", code="OLD-1", source=source)
    rows = [["p1", "12"], ["old-1", "3"], ["nope", "5", "EA"], ["", "7"], ["", ""], ["P2", "many"], ["P3"]]
    answer = paste(clerk, started(clerk, shop), rows).content.decode()
    lines = {entry["line"]: entry for entry in OrderDraft.objects.get().lines}
    assert [(no, e["raw"], e["item_id"], e["quantity"], e["unit"]) for no, e in lines.items()] == [
        (1, "p1", shop.world.items[1], "12", ""),
        (2, "old-1", None, "3", ""),
        (3, "nope", None, "5", "EA"),
        (4, "", None, "7", ""),
        (5, "P2", shop.world.items[2], "many", ""),
        (6, "P3", shop.world.items[3], "1", ""),
    ]
    for reason in (
        "“old-1” could be 2 items, pick one from the list",
        "No item “nope”, pick one from the list",
        "No item on this line, pick one from the list",
        "“many” is not a number",
    ):
        assert answer.count(reason) == 1, reason
    assert answer.count('class="bad"') == 4
    assert "4 not recognised" in answer


def test_pasted_rows_never_replace_a_line(shop, clerk):
    public_id = started(clerk, shop)
    paste(clerk, public_id, [["P1", "1"], ["P2", "2"], ["P3", "3"]])
    clerk.post(reverse("orders:draft_line", args=[public_id, 2]), {"delete": "1", "version": 2}, **HTMX)
    answer = paste(clerk, public_id, [["P4", "4"], ["P5", "5"]], at=1, version=3).content.decode()
    raws = [(entry["line"], entry["raw"]) for entry in OrderDraft.objects.get().lines]
    assert raws == [(1, "P1"), (2, "P4"), (3, "P3"), (4, "P5")]
    # the row it was pasted on is drawn as it stands, too
    assert [f'data-row="{no}"' in answer for no in (1, 2, 3, 4)] == [True, True, False, True]


def test_too_many_rows_are_refused_whole(shop, clerk):
    public_id = started(clerk, shop)
    answer = paste(clerk, public_id, [["P1", "1"]] * (MOST_ROWS + 1))
    assert (answer.status_code, OrderDraft.objects.get().lines) == (400, [])
    assert "1001 rows at once are too many" in answer["HX-Trigger"]


@pytest.mark.parametrize(
    ("taken", "first", "wanted", "numbers"),
    [
        ([], 1, 3, [1, 2, 3]),
        ([1, 2], 1, 2, [3, 4]),
        ([2, 4], 1, 4, [1, 3, 5, 6]),
        ([1, 9], 5, 2, [5, 6]),
        ([1], 1, 0, []),
    ],
)
def test_free_numbers(taken, first, wanted, numbers):
    assert free_numbers([{"line": line} for line in taken], first, wanted) == numbers
