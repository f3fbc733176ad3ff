"""Which value of a policy holds: the most specific approved one, on the day asked for, without a query."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.kept import Kept
from masterdata.models import PolicyValue
from masterdata.policies import snapshot
from masterdata.policies.registry import Policy, declare, policies
from tests import factories as make

HORIZON = Policy(
    key="test.horizon_days", type=int, default=3, levels=("company", "site"), owner="warehouse", title="Horizon",
    help="", unit="days", minimum=0, maximum=30,
)  # fmt: skip
DAY = date(2026, 6, 15)


def put(value, scope="*", start=date(2026, 1, 1), end=None, approved=True, **values):
    who = make.user("process_owner") if approved else None
    PolicyValue.objects.create(
        key=HORIZON.key, scope=scope, value=value, valid_from=start, valid_to=end, approved_by=who,
        reason="because", **values,
    )  # fmt: skip
    snapshot.forget()


@pytest.mark.django_db
def test_the_code_s_default_holds_while_nothing_is_set():
    assert HORIZON.value(site=4, company=1, on=DAY) == 3


@pytest.mark.django_db
def test_the_most_specific_value_wins():
    put(5)
    put(7, "company:1")
    put(9, "site:4")
    put(11, "customer:8")  # not a level of this policy
    found = [
        HORIZON.value(on=DAY),
        HORIZON.value(company=2, site=5, on=DAY),
        HORIZON.value(company=1, site=5, on=DAY),
        HORIZON.value(company=1, site=4, customer=8, on=DAY),
    ]
    assert found == [5, 5, 7, 9]


@pytest.mark.django_db
def test_a_value_holds_from_its_day_until_the_day_before_its_end():
    put(5, start=date(2026, 1, 1), end=date(2026, 6, 15))
    put(6, start=date(2026, 6, 15))
    found = [HORIZON.value(on=date(2025, 12, 31)), HORIZON.value(on=date(2026, 6, 14)), HORIZON.value(on=DAY)]
    assert found == [3, 5, 6]


@pytest.mark.django_db
def test_a_proposal_changes_nothing():
    put(9, "site:4", approved=False)
    assert HORIZON.value(site=4, on=DAY) == 3


@pytest.mark.django_db
def test_a_value_costs_no_query_once_the_snapshot_is_read(django_assert_num_queries):
    put(5)
    with django_assert_num_queries(1):
        HORIZON.value(on=DAY)
    with django_assert_num_queries(0):
        assert [HORIZON.value(on=DAY, site=site) for site in range(50)] == [5] * 50


@pytest.mark.django_db
def test_another_process_s_change_is_seen_between_two_pieces_of_work(monkeypatch):
    put(5)
    assert HORIZON.value(on=DAY) == 5
    PolicyValue.objects.update(value=8)  # as another process would, without telling this one
    assert HORIZON.value(on=DAY) == 5
    monkeypatch.setattr(Kept, "FRESH_S", -1)
    snapshot.refresh()
    assert HORIZON.value(on=DAY) == 8


@pytest.mark.parametrize(
    ("kind", "entered", "meant"),
    [(int, "7", 7), (int, 7, 7), (Decimal, "0.10", Decimal("0.10")), (bool, "true", True), (bool, False, False),
     (str, "fefo", "fefo")],
)  # fmt: skip
def test_a_value_is_understood_by_its_type_and_survives_being_stored(kind, entered, meant):
    policy = Policy(
        key="test.any", type=kind, default=meant, levels=(), owner="finance", title="Any", help=""
    )
    value = policy.parse(entered)
    assert (value, type(value)) == (meant, kind)
    assert policy.parse(policy.store(value)) == meant


@pytest.mark.parametrize("entered", ["seven", "7.5", -1, 31, "NaN", None])
def test_a_value_that_does_not_fit_is_refused(entered):
    with pytest.raises(ValueError, match=r"."):
        HORIZON.parse(entered)


def test_a_policy_names_an_owner_a_known_level_and_a_key_of_its_own():
    good = {"key": "test.once", "type": int, "default": 1, "owner": "finance", "title": "Once"}
    for wrong in ({"owner": "nobody"}, {"levels": ("continent",)}, {"default": 5, "maximum": 4}):
        with pytest.raises(ValueError, match=r"."):
            declare(**{**good, **wrong})
    assert "test.once" not in policies()
