"""Keyset pages: every row once, in order, both ways, as one range of an index."""

from datetime import UTC, datetime, timedelta

import pytest

from erp.kernel import keyset
from erp.kernel.keyset import Order, read_page
from erp.kernel.models import User
from tests.factories import user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def walk(order: Order, size: int) -> tuple[list[int], list[int]]:
    """Primary keys read forwards page by page, then backwards from the last page."""
    forwards, after, starts = [], "", []
    while True:
        page = read_page(User.objects.all(), order, size=size, after=after)
        forwards += [row.pk for row in page.rows]
        starts.append(page.start)
        if not page.next_cursor:
            break
        after = page.next_cursor
    assert starts == list(range(1, len(forwards) + 1, size))
    backwards, before = [row.pk for row in page.rows], page.previous_cursor
    while before:
        page = read_page(User.objects.all(), order, size=size, before=before)
        backwards = [row.pk for row in page.rows] + backwards
        before = page.previous_cursor
    return forwards, backwards


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("expression", ["name", "last_login", "session_epoch", "pk"])
def test_pages_show_every_row_once_in_order_both_ways(expression: str, descending: bool) -> None:
    # given names that repeat and sign-ins that never were
    for number in range(23):
        seen = None if number % 3 == 0 else NOW - timedelta(days=number % 4)
        user(name=f"Name {number % 5}", session_epoch=number % 2, last_login=seen)
    direction = "-" if descending else ""
    expected = list(
        User.objects.order_by(f"{direction}{expression}", f"{direction}pk").values_list("pk", flat=True)
    )
    forwards, backwards = walk(Order(expression, descending), 5)
    assert forwards == expected
    assert backwards == expected


def test_a_row_added_meanwhile_neither_repeats_nor_hides_another() -> None:
    for number in (1, 2, 4, 5):
        user(username=f"u{number}")
    first = read_page(User.objects.all(), Order("username"), size=2)
    user(username="u0")
    user(username="u3")
    second = read_page(User.objects.all(), Order("username"), size=2, after=first.next_cursor)
    assert [row.username for row in first.rows + second.rows] == ["u1", "u2", "u3", "u4"]


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "W251bGws", "WyJhIiwgImIiLCAxXQ"])
def test_a_cursor_that_is_not_ours_means_the_first_page(cursor: str) -> None:
    someone = user()
    assert read_page(User.objects.all(), Order("last_login"), size=5, after=cursor).rows == [someone]


def test_a_page_is_one_range_of_an_index() -> None:
    """The bound stands alone in the condition, so that the planner starts in the middle of the index."""
    page = read_page(User.objects.all(), Order("username"), size=1)
    assert page.next_cursor == ""
    user(username="a")
    user(username="b")
    cursor = read_page(User.objects.all(), Order("username"), size=1).next_cursor
    rows = User.objects.annotate(sort_key=keyset.F("username"))
    sql = str(keyset._beyond(rows, False, keyset._decode(cursor, rows)).query)
    assert '"kernel_user"."username" >= a AND (' in sql
