"""What a token may do, and who may not use one at all."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from erp.kernel import access, clock
from erp.kernel.access import access_of
from erp.kernel.actor import Actor
from erp.kernel.api import TokenAuthentication, digest, has_perm, issue_token, narrow
from erp.kernel.errors import NotPermitted
from erp.kernel.models import ApiToken, Grant
from masterdata.models import Company
from tests import factories
from tests.factories import local_day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rights(monkeypatch):
    """Two rights of finance and none of anyone else, whatever the rooms declare."""
    declared = {"finance": ("Finance", {"billing.view", "billing.post"}), "warehouse": ("Warehouse", set())}
    monkeypatch.setattr(access, "_roles", declared)


def token(user, **values):
    defaults = {"name": "EDI", "expires_at": clock.now() + timedelta(days=1)}
    return issue_token(user, **{**defaults, **values})


def authenticate(text, scheme="Bearer"):
    request = Request(RequestFactory().get("/", headers={"Authorization": f"{scheme} {text}"}))
    return TokenAuthentication().authenticate(request)


def test_token_is_stored_as_digest_only():
    row, text = token(factories.user("finance"))
    assert text.startswith("mrd_") and len(text) > 40
    assert row.digest == digest(text)
    assert text not in str(ApiToken.objects.values())


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "bearer"])
def test_token_signs_in_its_user(scheme):
    user = factories.user("finance")
    row, text = token(user)
    found, used = authenticate(text, scheme)
    assert (found.pk, used.pk) == (user.pk, row.pk)
    row.refresh_from_db()
    assert row.last_used_on == local_day()


def test_token_without_list_has_all_of_its_users_rights():
    _, text = token(factories.user("finance"))
    user, _ = authenticate(text)
    assert access_of(user).permissions == {"billing.view", "billing.post"}


def test_token_narrows_its_users_rights():
    _, text = token(factories.user("finance"), permissions=["billing.view"])
    user, _ = authenticate(text)
    assert user.has_perm("billing.view")
    assert not user.has_perm("billing.post")


def test_token_grants_nothing_that_its_user_lacks():
    _, text = token(factories.user("warehouse"), permissions=["billing.post"])
    user, _ = authenticate(text)
    assert access_of(user).permissions == frozenset()


def test_narrowing_keeps_the_row_scope():
    user = factories.user("finance", scope="company:7")
    narrow(user, ["billing.view"])
    assert access_of(user).scopes["company"] == {7}
    assert not access_of(user).everywhere


@pytest.mark.parametrize(
    "spoilt",
    [
        {"expires_at": "2020-01-01T00:00Z"},
        {"revoked_at": "2020-01-01T00:00Z"},
    ],
)
def test_expired_or_revoked_tokens_are_refused(spoilt):
    row, text = token(factories.user("finance"))
    ApiToken.objects.filter(pk=row.pk).update(**spoilt)
    with pytest.raises(AuthenticationFailed, match="unknown, expired or revoked"):
        authenticate(text)


def test_tokens_of_inactive_users_are_refused():
    user = factories.user("finance")
    _, text = token(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    with pytest.raises(AuthenticationFailed):
        authenticate(text)


@pytest.mark.parametrize("text", ["", "mrd_wrong", "ä", "' OR 1=1"])
def test_unknown_tokens_are_refused(text):
    with pytest.raises(AuthenticationFailed):
        authenticate(text)


def test_other_schemes_are_left_to_others():
    assert authenticate("YTpi", scheme="Basic") is None


def test_has_perm_asks_for_one_right():
    request = RequestFactory().get("/")
    request.user = factories.user("finance")
    assert has_perm("billing.post")().has_permission(request, None)
    assert not has_perm("orders.submit")().has_permission(request, None)
    assert "orders.submit" in has_perm("orders.submit").message


def test_rights_to_the_ground_need_a_grant_for_everything(monkeypatch):
    declared = {"administrator": ("Administrator", {"kernel.administer", "billing.view"})}
    monkeypatch.setattr(access, "_roles", declared)
    assert access_of(factories.user("administrator")).permissions == {"kernel.administer", "billing.view"}
    assert access_of(factories.user("administrator", scope="company:7")).permissions == {"billing.view"}


def test_two_roles_in_two_companies_do_not_mix():
    """Finance here, warehouse there: the rights of each stay where the role was granted."""
    here, there = factories.company(code="HERE"), factories.company(code="THERE")
    user = factories.user("finance", scope=f"company:{here.pk}")
    Grant.objects.create(user=user, role="warehouse", scope=f"company:{there.pk}")
    actor = Actor.of(user)
    assert actor.may("billing.view", company=here.pk)
    assert not actor.may("billing.view", company=there.pk)
    assert actor.may("billing.view")  # somewhere: what menus ask
    assert actor.reach("billing.view")[:2] == (False, [here.pk])
    assert actor.reach("inventory.pick") == (False, [], [])
    with pytest.raises(NotPermitted):
        actor.require("billing.view", company=there.pk)


@pytest.mark.parametrize(
    ("scope", "companies", "everywhere"), [("*", [], True), ("company:{here}", ["HERE"], False)]
)
def test_a_grant_reaches_what_its_scope_names(scope, companies, everywhere):
    here = factories.company(code="HERE")
    factories.company(code="THERE")
    user = factories.user("finance", scope=scope.format(here=here.pk))
    found = access_of(user).holding("billing.view")
    assert found.everywhere == everywhere
    seen = Company.objects.visible_to(user).values_list("code", flat=True)
    assert {"HERE", "THERE"} & set(seen) == (set(companies) or {"HERE", "THERE"})


def test_rows_ask_for_the_permission_that_reads_them(monkeypatch):
    here, there = factories.company(code="HERE"), factories.company(code="THERE")
    user = factories.user("finance", scope=f"company:{here.pk}")
    Grant.objects.create(user=user, role="warehouse", scope=f"company:{there.pk}")
    assert set(Company.objects.visible_to(user)) == {here, there}
    monkeypatch.setattr(Company, "READ", ("billing.view",), raising=False)
    assert set(Company.objects.visible_to(user)) == {here}
    monkeypatch.setattr(Company, "READ", ("nobody.holds_this",), raising=False)
    assert set(Company.objects.visible_to(user)) == set()


def test_a_narrowed_token_narrows_each_grant():
    here = factories.company(code="HERE")
    user = factories.user("finance", scope=f"company:{here.pk}")
    narrow(user, ["billing.view"])
    assert Actor.of(user).may("billing.view", company=here.pk)
    assert not Actor.of(user).may("billing.post", company=here.pk)
