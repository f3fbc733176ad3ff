"""Variations: proposed with a reason, approved by somebody else, in scope, ended on a day."""

from datetime import timedelta

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import AuditEvent, Decision
from masterdata.models import PolicyValue
from masterdata.policies.actions.approve_variation import approve_variation
from masterdata.policies.actions.end_variation import end_variation
from masterdata.policies.actions.propose_variation import propose_variation
from masterdata.policies.actions.reject_variation import reject_variation
from masterdata.policies.errors import AlreadyDecided, DateIsTaken, NoSuchLevel, OwnProposal
from masterdata.policies.queries import policy_reading
from tests import factories as make
from tests.factories import local_day

pytestmark = pytest.mark.django_db
TODAY = local_day()


@pytest.fixture
def site():
    return make.site()


@pytest.fixture
def ask(horizon, site):
    def propose(by=None, **changes):
        asked = {
            "key": horizon.key,
            "scope": f"site:{site.pk}",
            "value": 9,
            "valid_from": TODAY,
            "reason": "Ferry",
        }
        return propose_variation(By(by or make.actor("warehouse")), **{**asked, **changes}).value_id

    return propose


def test_a_variation_holds_once_somebody_else_has_approved_it(horizon, site, ask):
    proposed = ask()
    assert horizon.value(site=site.pk) == 3
    approve_variation(By(make.actor("process_owner")), value_id=proposed)
    assert (horizon.value(site=site.pk), horizon.value()) == (9, 3)
    assert Decision.objects.get(verb="masterdata.approve_variation").subject_id == proposed


def test_nobody_approves_their_own_proposal(horizon, site, ask):
    owner = make.actor("process_owner")
    with pytest.raises(OwnProposal):
        approve_variation(By(owner), value_id=ask(owner))
    assert horizon.value(site=site.pk) == 3


def test_an_approved_variation_is_not_decided_again(ask):
    proposed = ask()
    approve_variation(By(make.actor("process_owner", name="Ada Ives")), value_id=proposed)
    with pytest.raises(AlreadyDecided, match="Ada Ives"):
        approve_variation(By(make.actor("process_owner")), value_id=proposed)
    with pytest.raises(AlreadyDecided):
        reject_variation(By(make.actor("process_owner")), value_id=proposed, reason="No")


def test_a_later_variation_ends_the_one_before(horizon, site, ask):
    by, tomorrow = By(make.actor("process_owner")), TODAY + timedelta(days=1)
    first = ask()
    approve_variation(by, value_id=first)
    approve_variation(by, value_id=ask(value=12, valid_from=tomorrow))
    assert [horizon.value(site=site.pk, on=day) for day in (TODAY, tomorrow)] == [9, 12]
    assert PolicyValue.objects.get(pk=first).valid_to == tomorrow


def test_a_rejected_proposal_leaves_the_table_but_not_the_history(ask):
    proposed = ask()
    reject_variation(By(make.actor("process_owner")), value_id=proposed, reason="The ferry was cancelled")
    assert not PolicyValue.objects.exists()
    outcome = Decision.objects.get(verb="masterdata.reject_variation").outcome
    assert outcome["reason"] == "The ferry was cancelled"
    assert AuditEvent.objects.filter(table="masterdata_policyvalue", operation="delete").count() == 1


def test_an_ended_variation_follows_the_enterprise_again(horizon, site, ask):
    by, tomorrow = By(make.actor("process_owner")), TODAY + timedelta(days=1)
    proposed = ask()
    approve_variation(by, value_id=proposed)
    end_variation(by, value_id=proposed, on=tomorrow)
    assert [horizon.value(site=site.pk, on=day) for day in (TODAY, tomorrow)] == [9, 3]
    with pytest.raises(BadInput):
        end_variation(by, value_id=proposed, on=tomorrow)


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"reason": " "}, BadInput), ({"value": -4}, BadInput), ({"scope": "zone:1"}, NotFound),
     ({"scope": "site:999999"}, NotFound), ({"key": "no.such"}, NotFound)],
)  # fmt: skip
def test_a_proposal_that_does_not_fit_is_refused(ask, changes, error):
    with pytest.raises(error):
        ask(**changes)
    assert not PolicyValue.objects.exists()


def test_a_policy_varies_only_by_its_own_levels(ask, monkeypatch, horizon):
    object.__setattr__(horizon, "levels", ("company",))
    with pytest.raises(NoSuchLevel):
        ask()


def test_two_proposals_for_one_day_and_scope_are_one_too_many(ask):
    ask()
    with pytest.raises(DateIsTaken):
        ask(value=4)


def test_a_site_s_own_people_propose_for_their_site_only(ask, site):
    here = make.actor("warehouse", scope=f"site:{site.pk}")
    elsewhere = make.actor("warehouse", scope=f"site:{make.site().pk}")
    assert ask(here)
    with pytest.raises(NotFound):
        ask(elsewhere)
    with pytest.raises(NotPermitted):
        ask(make.actor("customer_service"))


def test_a_reader_sees_the_variations_of_places_in_scope(horizon, ask, site):
    other = make.site(company=make.company())
    ask()
    ask(scope=f"site:{other.pk}")
    reader = make.user("warehouse", scope=f"company:{site.company_id}")
    reading = policy_reading(user=reader, on=TODAY, key=horizon.key)
    assert [place for place, _ in reading.proposals] == [site]
