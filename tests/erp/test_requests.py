"""Ids, logs, answers to trouble, and the rules of sessions."""

import json
import logging

import pytest
from django.db import connection

from erp.kernel import clock, logs
from erp.kernel.models import Grant, User
from erp.kernel.requests import SEEN_EVERY_S
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.erp.endpoints")]


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


# The id, the measure, the log -----------------------------------------------------------------------


def test_a_callers_id_is_kept(visitor):
    assert visitor.get("/whoami", headers={"X-Request-ID": "edi-run_7.a"})["X-Request-ID"] == "edi-run_7.a"


@pytest.mark.parametrize("given", ["short", "x" * 41, "with space", 'quote"quote', "new\\nline"])
def test_other_ids_are_replaced(visitor, given):
    kept = visitor.get("/whoami", headers={"X-Request-ID": given})["X-Request-ID"]
    assert kept != given
    assert len(kept) == 32 and kept.isalnum()


def test_the_answer_tells_its_round_trips(visitor):
    timing = visitor.get("/two")["Server-Timing"]
    assert timing.startswith("total;dur=")
    assert timing.endswith('desc="2 round trips"')


def test_each_request_is_logged_once_without_its_query(visitor, caplog):
    caplog.set_level(logging.INFO, "erp.access")
    visitor.get("/whoami?password=hunter2", headers={"X-Request-ID": "request-0001"})
    (record,) = [each for each in caplog.records if each.name == "erp.access"]
    assert record.getMessage() == "GET /whoami 200"


def formatted(message, *args, **extra):
    record = logging.getLogger("t").makeRecord("t", logging.INFO, "f", 1, message, args, None, extra=extra)
    logs.LogContext().filter(record)
    return logs.JsonFormatter().format(record)


def test_a_log_line_is_one_json_object_in_utc():
    with (
        logs.bound(logs.request_id, "r-1"),
        logs.bound(logs.job_id, "j-1"),
        logs.bound(logs.actor_name, "anna"),
    ):
        line = json.loads(formatted("billed %s", 3, orders=7))
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "t",
        "message": "billed 3",
        "request_id": "r-1",
        "job_id": "j-1",
        "actor": "anna",
        "orders": 7,
    }


def test_newlines_cannot_forge_a_line():
    line = formatted("user %s", 'x\n{"level": "info"}\r\u2028')
    assert "\n" not in line and "\r" not in line and "\u2028" not in line


def test_secrets_are_masked():
    line = json.loads(formatted("signed in", password="hunter2", api_token="mrd_x", username="anna"))
    assert (line["password"], line["api_token"], line["username"]) == ("***", "***", "anna")


# Trouble --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "status", "retry"),
    [("state-53100", 503, "3"), ("state-57014", 503, "5"), ("state-55P03", 409, "1"), ("range", 400, None)],
)
def test_database_trouble_is_a_page_with_a_way_out(visitor, how, status, retry):
    answer = visitor.get(f"/fail/{how}")
    assert (answer.status_code, answer.get("Retry-After")) == (status, retry)
    text = answer.content.decode()
    assert answer["X-Request-ID"] in text
    assert f'href="/fail/{how}"' in text


def test_a_fragment_gets_the_sentence(visitor):
    answer = visitor.get("/fail/state-53100", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain")
    assert answer.content.decode().startswith("The database does not answer at the moment.")


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_answers_503_and_the_next_request_works(visitor):
    assert visitor.get("/fail/killed").status_code == 503
    assert visitor.get("/two").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_away_answers_503_everywhere_and_recovers_unaided(visitor, settings):
    visitor.force_login(factories.user(), backend="erp.kernel.access.RoleBackend")
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = 1
    try:
        page, api = visitor.get("/whoami"), visitor.get("/api/users")
    finally:
        connection.settings_dict["PORT"] = port
    assert (page.status_code, page["Retry-After"]) == (503, "3")
    assert (api.status_code, api.json()["code"]) == (503, "kernel.unavailable")
    assert visitor.get("/whoami").status_code == 200


def test_a_nul_in_the_address_is_refused(visitor):
    assert visitor.get("/whoami?q=%00").status_code == 400


def test_a_form_beyond_the_limit_is_refused(visitor):
    answer = visitor.post("/whoami", "x" * 1_048_577, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


# Sessions -------------------------------------------------------------------------------------------


@pytest.fixture
def anna(visitor):
    """Signed in, with one page seen."""
    user = factories.user("finance", username="anna")
    visitor.force_login(user, backend="erp.kernel.access.RoleBackend")
    assert who(visitor) == "anna"
    return user


def who(visitor):
    return visitor.get("/whoami").content.decode()


def age(visitor, **seconds):
    """Push the session's stamps back."""
    session = visitor.session
    for name, back in seconds.items():
        session[name] -= back
    session.save()


def test_a_session_remembers_where_and_when(visitor):
    visitor.force_login(factories.user(), backend="erp.kernel.access.RoleBackend")
    visitor.get("/whoami", headers={"User-Agent": "Tablet/1.0"})
    session, now = visitor.session, clock.now().timestamp()
    assert (session["agent"], session["address"]) == ("Tablet/1.0", "127.0.0.1")
    assert now - 60 < session["began_at"] == session["seen_at"] <= now


def test_thirty_idle_minutes_end_a_session(visitor, anna):
    age(visitor, seen_at=30 * 60 + 1)
    assert who(visitor) == "nobody"
    assert "_auth_user_id" not in visitor.session


def test_a_page_within_thirty_minutes_keeps_it(visitor, anna):
    age(visitor, seen_at=30 * 60 - 60)
    assert who(visitor) == "anna"
    age(visitor, seen_at=30 * 60 - 60)
    assert who(visitor) == "anna"


def test_twelve_hours_end_a_busy_session(visitor, anna):
    age(visitor, began_at=12 * 3600 + 1)
    assert who(visitor) == "nobody"


def test_being_seen_is_written_once_a_minute(visitor, anna):
    age(visitor, seen_at=SEEN_EVERY_S / 2)
    before = visitor.session["seen_at"]
    who(visitor)
    assert visitor.session["seen_at"] == before
    age(visitor, seen_at=SEEN_EVERY_S)
    who(visitor)
    assert visitor.session["seen_at"] >= before


def test_a_new_role_ends_the_session(visitor, anna):
    Grant.objects.create(user=anna, role="warehouse")
    assert who(visitor) == "nobody"


def test_a_lost_role_ends_the_session(visitor, anna):
    Grant.objects.filter(user=anna).delete()
    assert who(visitor) == "nobody"


def test_a_new_password_ends_other_sessions(visitor, anna):
    anna.set_password("another long passphrase")
    anna.save()
    assert who(visitor) == "nobody"


def test_a_deactivated_user_is_out_at_once(visitor, anna):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert who(visitor) == "nobody"


def test_requests_without_session_ask_the_database_nothing(visitor, django_assert_num_queries):
    clock.now()
    with django_assert_num_queries(0):
        assert who(visitor) == "nobody"


@pytest.mark.parametrize(
    ("task", "level", "told"),
    [
        ("erp.kernel.tasks.sweep_outbox", logging.INFO, False),
        ("erp.kernel.tasks.sweep_outbox", logging.ERROR, True),
        ("erp.kernel.tasks.deliver_outbox", logging.INFO, False),
        ("erp.kernel.tasks.deliver_outbox", logging.ERROR, True),
        ("erp.kernel.upkeep.purge_finished", logging.INFO, True),
    ],
)
def test_what_comes_every_few_seconds_and_goes_well_is_not_told(task: str, level: int, told: bool) -> None:
    record = logging.makeLogRecord({"levelno": level, "data": {"name": task}})
    assert logs.Routine().filter(record) is told
