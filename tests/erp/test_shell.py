"""Registries of the shell: menu, palette, my work; how refusals look; what a request's user reads and writes."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client
from django.urls import path

from erp.kernel import nav, palette, work
from erp.kernel.errors import DomainError, InvalidTransition, NotPermitted, StaleVersion
from erp.kernel.formats import Formats, reading_as
from erp.kernel.forms import DayField, Form, NumberField
from erp.kernel.models import User
from erp.kernel.palette import Hit
from erp.kernel.rooms import rooms_of
from erp.kernel.web import done, needs
from erp.kernel.work import WorkItem
from erp.urls import urlpatterns as house
from tests.factories import user

pytestmark = pytest.mark.django_db

CHANGES = [{"label": "Terms", "mine": "Net 30", "theirs": "Net 14"}]
REFUSALS = {
    "stale": lambda: StaleVersion(document="C-1", actor="Ravi", changes=CHANGES, version=7),
    "state": lambda: InvalidTransition(document="SO-1", state="shipped", verb="cancelling it"),
    "right": lambda: NotPermitted(permission="kernel.administer"),
}


@needs()
def refused(request: HttpRequest, kind: str) -> HttpResponse:
    raise REFUSALS[kind]()


@needs()
def worked(request: HttpRequest) -> HttpResponse:
    return done(
        request, "3 released", undo={"url": "/x/", "fields": {"id": [1]}}, back="/jobs/", queue__changed={}
    )


urlpatterns = [*house, path("refused/<str:kind>/", refused), path("worked/", worked)]
handler403, handler404 = "erp.kernel.web.forbidden", "erp.kernel.web.not_found"


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Empty registries for each test, and the two views above."""
    monkeypatch.setattr(nav, "_links", [])
    monkeypatch.setattr(work, "_queues", [])
    monkeypatch.setattr(work, "_panels", [])
    monkeypatch.setattr(palette, "_sources", [])
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def admin() -> User:
    return user("administrator", username="maya", name="Maya Okafor")


@pytest.fixture
def desk(admin: User) -> Iterator[Client]:
    client = Client()
    client.force_login(admin)
    yield client


HTMX = {"HX-Request": "true"}


# Menu ------------------------------------------------------------------------------------------------------


def offer(label: str, url_name: str, **values: Any) -> None:
    given = {"group": "", "icon": "circle", "permission": "kernel.administer", **values}
    nav.link(role="administrator", label=label, url_name=url_name, **given)


def labels(user: User, address: str = "/", query: str = "") -> list[tuple[str, list[str]]]:
    menu = nav.menu(user, "administrator", address, QueryDict(query))
    return [
        (group, [f"{e['link'].label}{'*' if e['current'] else ''}" for e in entries])
        for group, entries in menu
    ]


def test_links_stand_in_their_order_and_groups_by_permission(admin: User) -> None:
    offer("Late", "user_list", group="Queues", order=20)
    offer("First", "home", order=1)
    offer("Early", "role_matrix", group="Queues", order=10)
    offer("Hidden", "audit_list", permission="orders.nobody", order=5)
    assert labels(admin, "/elsewhere/") == [("", ["First"]), ("Queues", ["Early", "Late"])]
    assert nav.links_of(user("warehouse"), "administrator") == []


def test_a_menu_has_ten_links_at_most(admin: User) -> None:
    for number in range(12):
        offer(str(number), "user_list", order=number)
    assert len(nav.links_of(admin, "administrator")) == 10


def test_the_deepest_address_and_its_own_filter_are_current(admin: User) -> None:
    offer("Users", "user_list", order=1)
    offer("Closed", "user_list", query="view=ended", order=2)
    assert labels(admin, "/users/7/") == [("", ["Users*", "Closed"])]
    assert labels(admin, "/users/", "view=ended&sort=name") == [("", ["Users", "Closed*"])]


def test_counts_are_asked_once_in_a_quarter_of_a_minute(admin: User) -> None:
    asked = []
    offer("Queue", "user_list", count=lambda reader: asked.append(reader) or 7, order=1)
    slug = nav.links_of(admin, "administrator")[0].slug
    assert nav.counts(admin, "administrator") == {slug: 7}
    assert nav.counts(admin, "administrator") == {slug: 7}
    assert asked == [admin]
    signed_in = Client()
    signed_in.force_login(admin)
    signed_in.get("/worked/")
    signed_in.post("/refused/state/")
    nav.counts(admin, "administrator")
    assert asked == [admin]  # to look and to be refused changes nothing
    signed_in.post("/worked/")
    nav.counts(admin, "administrator")
    assert asked == [admin, admin]


def test_a_link_for_a_role_that_is_none_stops_the_start() -> None:
    with pytest.raises(ValueError, match="There is no role 'sales'"):
        nav.link(role="sales", group="", label="x", icon="x", url_name="home", permission="x")


# My work and palette ---------------------------------------------------------------------------------------


def test_home_shows_the_queues_of_the_role(desk: Client) -> None:
    @work.queue("kernel.administer", roles=["administrator"], order=2)
    def holds(reader: User) -> WorkItem:
        return WorkItem("On hold", 12, "/holds/", value=Decimal("150000"), currency="EUR", tone="warn")

    @work.queue("kernel.administer", roles=["finance"])
    def elsewhere(reader: User) -> WorkItem:
        raise AssertionError("asked for another role")

    @work.queue("kernel.administer", order=1)
    def drafts(reader: User) -> list[WorkItem]:
        return [WorkItem("Drafts", 0, "/drafts/")]

    page = desk.get("/").content.decode()
    assert page.index("Drafts") < page.index("On hold")
    assert '<span class="chip chip-warn">12</span>' in page
    assert "EUR 150,000.00" in page
    assert "12 things wait for you" in page


def test_the_palette_asks_only_what_the_user_may_see(desk: Client) -> None:
    @palette.source("kernel.administer", label="Orders")
    def orders(reader: User, query: str) -> list[Hit]:
        return [Hit(f"/orders/{n}/", "Brightwater", code=f"SO-{n}") for n in range(9)]

    @palette.source("orders.nobody", label="Secrets")
    def secrets(reader: User, query: str) -> list[Hit]:
        raise AssertionError("asked without the right")

    page = desk.get("/jump/?q=SO").content.decode()
    assert page.count('role="option"') == 5
    assert 'data-href="/orders/0/"' in page
    assert "data-href" not in desk.get("/jump/?q=S").content.decode()  # one letter only finds pages


# Refusals --------------------------------------------------------------------------------------------------


def test_a_stale_record_shows_both_values_and_keeps_the_entries(desk: Client) -> None:
    for headers in (HTMX, {}):
        answer = desk.post("/refused/stale/", {"terms": "Net 30", "version": "6"}, headers=headers)
        page = answer.content.decode()
        assert (answer.status_code, answer["X-Stale"]) == (409, "1")
        assert "C-1 was changed by Ravi" in page
        assert '<th scope="row">Terms</th><td class="diff">Net 30</td><td>Net 14</td>' in page
        assert '<input type="hidden" name="terms" value="Net 30">' in page
        assert '<input type="hidden" name="version" value="7">' in page
        assert 'name="version" value="6"' not in page


def test_a_refusal_is_a_toast_or_a_page(desk: Client) -> None:
    fragment = desk.post("/refused/state/", headers=HTMX)
    text = "SO-1 is shipped: cancelling it is not possible any more."
    assert fragment.status_code == 409
    assert json.loads(fragment["HX-Trigger"]) == {"toast": {"text": text}}
    page = desk.post("/refused/state/")
    assert page.status_code == 409
    assert text in page.content.decode()


def test_a_missing_right_in_a_verb_names_it(desk: Client) -> None:
    page = desk.get("/refused/right/")
    assert page.status_code == 403
    assert "The right is called kernel.administer." in page.content.decode()


def test_done_is_a_toast_with_undo_or_a_message_on_the_way_back(desk: Client) -> None:
    fragment = desk.get("/worked/", headers=HTMX)
    assert fragment.status_code == 204
    assert json.loads(fragment["HX-Trigger"]) == {
        "toast": {"text": "3 released", "undo": {"url": "/x/", "fields": {"id": [1]}}},
        "queue:changed": {},
    }
    page = desk.get("/worked/")
    assert (page.status_code, page["Location"]) == (303, "/jobs/")
    assert "3 released" in desk.get("/jobs/").content.decode()


def test_an_unknown_address_is_ours(desk: Client) -> None:
    page = desk.get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_nothing_inline_leaves_the_house(desk: Client) -> None:
    for address in ("/", "/users/", "/preferences/", "/jobs/", "/login/"):
        page = desk.get(address).content.decode()
        assert " style=" not in page and "<style" not in page and " onclick=" not in page
        scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
        assert all(" src=" in tag or 'type="application/json"' in tag for tag in scripts)


# Forms -----------------------------------------------------------------------------------------------------


class LineForm(Form):
    quantity = NumberField(label="Quantity", min_value=0, max_digits=12, decimal_places=3)
    wanted = DayField(label="Wanted", required=False)
    note = forms.CharField(label="Note", required=False)


def test_fields_read_and_write_the_users_way() -> None:
    with reading_as(Formats(",", ".")):
        form = LineForm({"quantity": "1.200,5", "wanted": "2026-11-27"})
        assert form.is_valid()
        assert form.cleaned_data["quantity"] == Decimal("1200.5")
        assert 'value="1.200,5"' in str(LineForm(initial={"quantity": Decimal("1200.500")})["quantity"])


def test_what_was_typed_stays_beside_its_error() -> None:
    form = LineForm({"quantity": "many", "wanted": "soonish"})
    assert form.errors["quantity"] == ["“many” is not a number."]
    assert form.errors["wanted"] == ["“soonish” is not a date. Try 27.11, 27 nov, +3 or t for today."]
    assert 'value="many"' in str(form["quantity"])
    assert LineForm({"quantity": "-1"}).errors["quantity"] == [
        "Ensure this value is greater than or equal to 0."
    ]


def test_a_refusal_stands_by_the_field_it_names() -> None:
    class Taken(DomainError):
        message = "Already used on SO-10311"

    form = LineForm({"quantity": "1"})
    form.full_clean()
    form.refuse(Taken(field="note"))
    form.refuse(Taken())
    assert form.errors["note"] == ["Already used on SO-10311"]
    assert form.non_field_errors() == ["Already used on SO-10311"]


# Rooms -----------------------------------------------------------------------------------------------------


def test_rooms_are_the_packages_of_an_app() -> None:
    assert "masterdata.items" in rooms_of("masterdata")
    assert "masterdata.migrations" not in rooms_of("masterdata")
