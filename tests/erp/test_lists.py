"""The list framework, on the users as its rows: pages, filters, sums, scope, bulk actions, exports, views."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import ngettext_lazy
from openpyxl import load_workbook

from erp.kernel import list_totals, lists
from erp.kernel.columns import Column
from erp.kernel.errors import Busy
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.jobs import run_job
from erp.kernel.lists import Bucket, BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import AuditEvent, Job, OutboxEntry, User
from tests.factories import PASSWORD, user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class PeopleFilters(Filters):
    q = SearchFilter(exact=["username"], contains=["name"])
    last_login = DayRangeFilter(label="Last sign-in")


def close(by: User, ids: list[int]) -> Outcome:
    if User.objects.filter(pk__in=ids, name="Busy").exists():
        raise Busy
    kept = list(User.objects.filter(pk__in=ids, name="Kept").values_list("pk", flat=True))
    closed = [pk for pk in ids if pk not in kept]
    User.objects.filter(pk__in=closed).update(is_active=False)
    return Outcome(len(closed), refused=["Kept stays"] * len(kept), undo=closed)


def reopen(by: User, ids: list[int]) -> None:
    User.objects.filter(pk__in=ids).update(is_active=True)


def rename(by: User, ids: list[int], name: str) -> int:
    return User.objects.filter(pk__in=ids).update(name=name)


class NameForm(forms.Form):
    name = forms.CharField(max_length=20)


class People(ListPage):
    title, noun = "People: all", "people"
    permission = "kernel.administer"
    filters = PeopleFilters
    columns = (
        Column("username", "Signs in as", "code", sort="username"),
        Column("name", "Name", sort="name"),
        Column("session_epoch", "Epoch", "number", sort="session_epoch"),
        Column("last_login", "Seen", "instant", sort="last_login"),
        Column("email", "E-mail", permission="kernel.nobody_has_this"),
    )
    tabs = (Tab("open", "Open", Q(is_active=True)), Tab("me", "Me", lambda reader: Q(pk=reader.pk)))
    sums = (Sum("epochs", "Epochs", "session_epoch"),)
    buckets = (Bucket("High", Q(session_epoch__gte=5), "warn"),)
    actions = (
        BulkAction(
            "close", "Close", "kernel.administer", close, undo=reopen,
            past=ngettext_lazy("%(n)d closed", "%(n)d closed", "n"),
        ),
        BulkAction("rename", "Rename", "kernel.administer", rename, past="%(n)d renamed", form=NameForm),
        BulkAction("secret", "Secret", "kernel.nobody_has_this", rename, past="%(n)d"),
    )  # fmt: skip
    default_sort = "username"
    default_size = 25

    def queryset(self, user: User) -> QuerySet[User]:
        return User.objects.exclude(name="Elsewhere")  # stands for the rows outside of the reader's scope


@pytest.fixture
def reader() -> User:
    return user("administrator", username="reader", name="Reader")


def call(
    by: User, query: str = "", post: dict[str, Any] | None = None, *, htmx: bool = False
) -> HttpResponse:
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.contrib.sessions.backends.db import SessionStore
    from django_htmx.middleware import HtmxDetails

    address = f"/people/?{query}"
    headers = {"HX-Request": "true", "HX-Target": "queue"} if htmx else {}
    maker = RequestFactory()
    request: HttpRequest
    request = (
        maker.get(address, headers=headers) if post is None else maker.post(address, post, headers=headers)
    )
    request.user, request.session, request.htmx = by, SessionStore(), HtmxDetails(request)
    request._messages = CookieStorage(request)
    return People.as_view()(request)


def shown(response: HttpResponse) -> list[str]:
    """The usernames on a page, in order."""
    page = response.content.decode()
    return [part.split("Select ")[1].split('"')[0] for part in page.split("<tr>")[2:] if "Select " in part]


# The page ------------------------------------------------------------------------------------------------


def test_rows_outside_the_scope_are_nowhere(reader: User) -> None:
    user(username="inside")
    hidden = user(username="outside", name="Elsewhere")
    assert shown(call(reader)) == ["inside", "reader"]
    answer = call(reader, post={"action": "close", "id": [hidden.pk]}, htmx=True)
    assert json.loads(answer["HX-Trigger"])["toast"] == {"text": "0 closed"}
    hidden.refresh_from_db()
    assert hidden.is_active


def test_filters_sort_and_tab_come_from_the_url(reader: User) -> None:
    for name in ("Ada", "Bob", "Cleo"):
        user(username=name.lower(), name=name, last_login=NOW if name != "Bob" else None)
    user(username="gone", is_active=False)
    assert shown(call(reader, "sort=-username")) == ["reader", "cleo", "bob", "ada"]
    assert shown(call(reader, "q=cle")) == ["cleo"]
    assert shown(call(reader, "q=BOB")) == ["bob"]
    assert shown(call(reader, "view=me")) == ["reader"]
    assert shown(call(reader, "last_login_from=23.11.2026&last_login_to=23.11.2026")) == ["ada", "cleo"]
    assert shown(call(reader, "last_login_from=24.11.2026")) == []
    assert shown(call(reader, "sort=password")) == ["ada", "bob", "cleo", "reader"]


def test_a_filter_that_cannot_be_read_finds_nothing_and_says_so(reader: User) -> None:
    answer = call(reader, "last_login_from=soonish").content.decode()
    assert "is not a date" in answer
    assert "Nothing matches" in answer


def test_a_column_without_the_right_is_neither_shown_nor_exported(reader: User) -> None:
    user(email="ada@example.org")
    assert "E-mail" not in call(reader).content.decode()
    assert b"ada@example.org" not in call(reader, "export=csv").content


def test_who_lacks_the_right_gets_403_and_who_is_out_signs_in(client: Client) -> None:
    client.force_login(user("warehouse", username="w"))
    answer = client.get("/users/")
    assert answer.status_code == 403
    assert "kernel.administer" in answer.content.decode()
    assert "Administrator" in answer.content.decode()
    client.logout()
    assert client.get("/users/?q=a")["Location"] == "/login/?next=/users/%3Fq%3Da"
    fragment = client.get(
        "/users/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/users/?q=a"}
    )
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/login/?next=/users/?q=a")


def test_the_fragment_is_the_same_list_without_the_shell(reader: User) -> None:
    whole, part = call(reader).content.decode(), call(reader, htmx=True).content.decode()
    assert "<html" in whole and "<html" not in part
    assert part.split("<tbody>")[1].split("</tbody>")[0] in whole


def test_totals_count_sum_and_bucket_the_filtered_set(reader: User) -> None:
    for epoch in (3, 5, 7):
        user(username=f"e{epoch}", name="Epoch", session_epoch=epoch)
    answer = call(reader, "part=totals&q=epoch").content.decode()
    assert '<b id="list-count" hx-swap-oob="true">3</b>' in answer
    assert 'Epochs <b class="tab">15</b>' in answer
    assert "<dt>High</dt><dd>2</dd>" in answer
    assert '<span class="n" id="tab-open" hx-swap-oob="true">4</span>' in answer
    assert '<span class="n" id="tab-me" hx-swap-oob="true">1</span>' in answer


def test_amounts_of_several_currencies_have_a_sum_each(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = (Sum("epochs", "Owed", "session_epoch", places=2, currency="email"),)
    monkeypatch.setattr(People, "sums", sums)
    for currency, amount in (("GBP", 3), ("EUR", 5), ("EUR", 7)):
        user(name="Epoch", email=currency, session_epoch=amount)
    answer = call(reader, "part=totals&q=epoch").content.decode()
    assert '<span>Owed <b class="tab">EUR 12.00</b>, <b class="tab">GBP 3.00</b></span>' in answer
    assert "15" not in answer
    one = call(reader, "part=totals&q=epoch&last_login_from=2026-11-01").content.decode()
    assert "Owed" not in one  # nothing is found, so there is no currency to sum in


def test_beyond_the_cap_the_footer_says_so(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_totals, "COUNT_CAP", 3)
    for _number in range(5):
        user()
    answer = call(reader, "part=totals").content.decode()
    assert "more than 3" in answer
    assert "Epochs" not in answer
    assert 'id="tab-open" hx-swap-oob="true">3+</span>' in answer


def test_a_page_costs_few_statements_however_many_rows(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(user("administrator"))
    client.get("/outbox/")  # the session writes its rules once
    for count in (1, 60):
        OutboxEntry.objects.bulk_create(
            OutboxEntry(topic="t", subscriber="s", document=f"d:{n}", payload={}) for n in range(count)
        )
        with django_assert_num_queries(5):  # session, user, grants, page, sites to choose from
            client.get("/outbox/")


# Bulk actions --------------------------------------------------------------------------------------------


def test_a_selection_is_acted_on_and_taken_back(reader: User) -> None:
    one, two = user(username="one"), user(username="two", name="Kept")
    answer = call(reader, post={"action": "close", "id": [one.pk, two.pk]}, htmx=True)
    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])
    assert told["toast"]["text"] == "1 closed; 1 refused: Kept stays"
    assert told["toast"]["undo"] == {"url": "/people/", "fields": {"undo": "close", "id": [one.pk]}}
    assert "queue:changed" in told
    assert sorted(User.objects.filter(is_active=False).values_list("username", flat=True)) == ["one"]
    call(reader, post=told["toast"]["undo"]["fields"], htmx=True)
    assert not User.objects.filter(is_active=False).exists()


def test_all_that_match_sends_the_filter_not_the_ids(reader: User) -> None:
    for number in range(30):
        user(username=f"m{number}", name="Match" if number < 28 else "Other")
    answer = call(reader, "q=match", post={"action": "close", "all": "1"}, htmx=True)
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "28 closed"
    assert set(User.objects.filter(is_active=False).values_list("name", flat=True)) == {"Match"}


def test_without_script_the_answer_is_the_page_again(reader: User) -> None:
    one = user()
    answer = call(reader, "sort=name", post={"action": "close", "id": [one.pk]})
    assert (answer.status_code, answer["Location"]) == (303, "/people/?sort=name")


def test_an_action_without_the_right_is_neither_offered_nor_done(reader: User) -> None:
    assert 'value="secret"' not in call(reader).content.decode()
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied, match=r"kernel\.nobody_has_this"):
        call(reader, post={"action": "secret", "id": [reader.pk]})


def test_an_action_with_a_question_asks_first(reader: User) -> None:
    one = user(username="one", name="Old")
    asked = call(reader, post={"action": "rename", "id": [one.pk]}, htmx=True)
    assert asked["HX-Retarget"] == "#drawer"
    assert f'name="id" value="{one.pk}"' in asked.content.decode()
    wrong = call(reader, post={"action": "rename", "asked": "1", "id": [one.pk], "name": ""}, htmx=True)
    assert wrong.status_code == 422
    told = call(reader, post={"action": "rename", "asked": "1", "id": [one.pk], "name": "New"}, htmx=True)
    assert json.loads(told["HX-Trigger"])["toast"] == {"text": "1 renamed"}
    one.refresh_from_db()
    assert one.name == "New"


def test_more_than_two_hundred_become_a_job(reader: User) -> None:
    User.objects.bulk_create(User(username=f"m{n:03}", name="Match") for n in range(250))
    answer = call(reader, "q=m", post={"action": "close", "all": "1"}, htmx=True)
    assert "job:started" in json.loads(answer["HX-Trigger"])
    assert not User.objects.filter(is_active=False).exists()
    job = Job.objects.get()
    assert (job.kind, job.title, job.requested_by) == ("kernel.bulk_action", "Close: People: all", reader)


@pytest.mark.django_db(transaction=True)
def test_the_job_works_in_chunks_and_tells_what_was_refused(reader: User) -> None:
    User.objects.bulk_create(User(username=f"m{n:03}", name="Match") for n in range(250))
    User.objects.filter(username="m007").update(name="Kept")
    User.objects.filter(username="m249").update(name="Busy")  # refuses its whole chunk of 50
    ids = list(User.objects.filter(username__startswith="m").values_list("pk", flat=True))
    call(reader, post={"action": "close", "id": ids}, htmx=True)
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.total, job.done, job.failed) == (Job.State.DONE, 250, 250, 51)
    assert job.message == "199 closed; 51 refused, first: Kept stays"
    assert User.objects.filter(is_active=False).count() == 199


# Exports -------------------------------------------------------------------------------------------------


def test_an_export_is_the_filtered_set_typed_and_logged(reader: User) -> None:
    user(username="ada", name="=cmd()", session_epoch=3, last_login=NOW)
    user(username="bob", name="Bob")
    answer = call(reader, "q=cmd&export=xlsx")
    assert answer["Content-Disposition"].startswith('attachment; filename="people-all-')
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value.startswith("People: all · Open · Search: cmd · ")
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["Signs in as", "Name", "Epoch", "Seen"],
        ["ada", "'=cmd()", 3, datetime(2026, 11, 23, 12)],
    ]
    event = AuditEvent.objects.filter(operation="export").get()
    assert (event.table, event.actor, event.row_id) == ("tests.erp.test_lists.People", "reader", reader.pk)
    assert event.after == {"format": "xlsx", "rows": 1}


def test_an_export_reads_every_page_in_order(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "EXPORT_PAGE", 2)
    for number in range(5):
        user(username=f"u{number}")
    lines = call(reader, "export=csv&sort=-username").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Signs in as", "u4", "u3", "u2", "u1", "u0", "reader"]


@pytest.mark.django_db(transaction=True)
def test_a_large_export_is_a_job_with_a_file(
    reader: User, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(lists, "INLINE_EXPORT_ROWS", 2)
    for number in range(4):
        user(username=f"u{number}")
    answer = call(reader, "q=u&export=csv")
    assert (answer.status_code, answer["Location"]) == (302, "/jobs/")
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "4 rows")
    client = Client()
    client.force_login(reader)
    file = b"".join(client.get(f"/jobs/{job.public_id}/file/").streaming_content)
    assert file.decode("utf-8-sig").splitlines()[1:] == [f"u{n},U{n},0," for n in range(4)]
    client.force_login(user("administrator"))
    assert client.get(f"/jobs/{job.public_id}/file/").status_code == 404


# Saved views ---------------------------------------------------------------------------------------------


def test_a_view_is_a_name_for_a_query_string(reader: User) -> None:
    call(reader, "q=cle&sort=-name&after=x", post={"view_name": "Cleos"}, htmx=True)
    reader.refresh_from_db()
    assert reader.preferences["views"] == {
        "tests.erp.test_lists.People": [{"name": "Cleos", "query": "q=cle&sort=-name"}]
    }
    assert 'href="?q=cle&amp;sort=-name"' in call(reader).content.decode()
    call(reader, post={"forget_view": "Cleos"}, htmx=True)
    reader.refresh_from_db()
    assert reader.preferences["views"] == {"tests.erp.test_lists.People": []}


def test_sign_in_works(client: Client) -> None:
    user("warehouse", username="ravi")
    assert client.post("/login/", {"username": "ravi", "password": PASSWORD})["Location"] == "/"
