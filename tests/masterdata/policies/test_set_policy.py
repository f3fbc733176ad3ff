"""The enterprise's value: versioned, dated, by those who answer for the whole house."""

from datetime import timedelta

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import Decision
from masterdata.models import PolicyValue
from masterdata.policies.actions.set_policy import set_policy
from masterdata.policies.errors import DateIsPast
from tests import factories as make
from tests.factories import local_day

pytestmark = pytest.mark.django_db
TODAY = local_day()
NEXT_WEEK = TODAY + timedelta(days=7)


def versions():
    rows = PolicyValue.objects.order_by("valid_from").values_list("value", "valid_from", "valid_to")
    return list(rows)


def test_a_value_holds_at_once_and_keeps_who_and_why(horizon):
    owner = make.actor("process_owner")
    set_policy(By(owner), key=horizon.key, value=5, valid_from=TODAY, reason="Peak season")
    assert horizon.value() == 5
    row = PolicyValue.objects.get()
    assert (row.scope, row.reason, row.approved_by_id) == ("*", "Peak season", owner.user_id)
    assert Decision.objects.get(verb="masterdata.set_policy").outcome["value"] == 5


def test_a_later_version_ends_the_one_before(horizon):
    by = By(make.actor("process_owner"))
    set_policy(by, key=horizon.key, value=5, valid_from=TODAY)
    set_policy(by, key=horizon.key, value=6, valid_from=NEXT_WEEK)
    assert versions() == [(5, TODAY, NEXT_WEEK), (6, NEXT_WEEK, None)]


def test_a_version_in_between_ends_where_the_next_one_begins(horizon):
    by, tomorrow = By(make.actor("process_owner")), TODAY + timedelta(days=1)
    set_policy(by, key=horizon.key, value=5, valid_from=TODAY)
    set_policy(by, key=horizon.key, value=6, valid_from=NEXT_WEEK)
    set_policy(by, key=horizon.key, value=7, valid_from=tomorrow)
    assert versions() == [(5, TODAY, tomorrow), (7, tomorrow, NEXT_WEEK), (6, NEXT_WEEK, None)]


def test_the_same_day_again_replaces(horizon):
    by = By(make.actor("process_owner"))
    set_policy(by, key=horizon.key, value=5, valid_from=TODAY)
    set_policy(by, key=horizon.key, value=50, valid_from=TODAY)
    assert versions() == [(50, TODAY, None)]


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"value": -1}, BadInput), ({"value": "many"}, BadInput), ({"key": "no.such"}, NotFound),
     ({"valid_from": TODAY - timedelta(days=1)}, DateIsPast)],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_changes_nothing(horizon, changes, error):
    asked = {"key": horizon.key, "value": 5, "valid_from": TODAY, **changes}
    with pytest.raises(error):
        set_policy(By(make.actor("process_owner")), **asked)
    assert (versions(), horizon.value()) == ([], 3)


@pytest.mark.parametrize(("role", "scope"), [("warehouse", "*"), ("process_owner", "company:1")])
def test_only_who_answers_for_the_whole_house_sets_it(horizon, role, scope):
    with pytest.raises(NotPermitted):
        set_policy(By(make.actor(role, scope=scope)), key=horizon.key, value=5, valid_from=TODAY)
    assert versions() == []
