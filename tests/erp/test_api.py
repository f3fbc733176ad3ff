"""The API's common answers: problems, strict shapes, keys, pages and rates."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from erp.kernel import api, clock
from erp.kernel.api import Meter, issue_token
from erp.kernel.shapes import ExactDecimalField
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.erp.endpoints")]

ORDER = {"reference": "PO-1", "lines": [{"item": "A-1", "quantity": "2.5"}]}


@pytest.fixture
def caller(monkeypatch):
    monkeypatch.setattr(api, "_meter", Meter())  # whoever called before in this minute does not count
    return APIClient(raise_request_exception=False)


def send(caller, body, **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return caller.post("/api/orders", text, content_type="application/json", headers=headers)


def refused_fields(answer):
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def test_a_refusal_is_a_problem(caller):
    answer = caller.get("/api/fail/short", headers={"X-Request-ID": "order-desk-17"})
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.status_code == 409
    assert answer.json() == {
        "type": "urn:meridian:problem:tests.short",
        "title": "Conflict",
        "status": 409,
        "code": "tests.short",
        "detail": "Item A-1 is short by 2.50.",
        "context": {"item": "A-1", "missing": "2.50"},
        "instance": "/api/fail/short",
        "request_id": "order-desk-17",
    }


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("busy", 409, "kernel.busy"),
        ("missing", 404, "kernel.not_found"),
        ("forbidden", 403, "kernel.forbidden"),
        ("deep", 400, "kernel.malformed"),
        ("state-55P03", 409, "kernel.busy"),
        ("state-57014", 503, "kernel.too_slow"),
        ("state-53100", 503, "kernel.unavailable"),
        ("range", 400, "kernel.bad_input"),
        ("unique", 409, "kernel.conflict"),
        ("defect", 500, "kernel.internal_error"),
    ],
)
def test_every_failure_is_a_problem(caller, how, status, code):
    answer = caller.get(f"/api/fail/{how}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("how", "seconds"), [("busy", "1"), ("state-57014", "5"), ("state-53100", "3")])
def test_what_may_work_later_says_when(caller, how, seconds):
    assert caller.get(f"/api/fail/{how}")["Retry-After"] == seconds


def test_a_defect_tells_nothing_of_itself(caller):
    assert b"secret" not in caller.get("/api/fail/defect").content


def test_an_unknown_address_is_a_problem(caller):
    answer = caller.get("/api/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "kernel.not_found")


def test_a_wrong_method_is_a_problem(caller):
    answer = caller.delete("/api/orders")
    assert (answer.status_code, answer.json()["code"]) == (405, "kernel.method_not_allowed")


def test_no_sign_in_is_401_with_a_challenge(caller):
    answer = caller.get("/api/guarded")
    assert (answer.status_code, answer.json()["code"]) == (401, "kernel.not_signed_in")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_missing_right_is_403_and_named(caller):
    _, text = issue_token(factories.user("finance"), name="t", expires_at=clock.now() + timedelta(days=1))
    answer = caller.get("/api/guarded", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 403
    assert "kernel.administer" in answer.json()["detail"]


def test_a_token_with_the_right_passes(caller):
    user = factories.user("administrator")
    _, text = issue_token(user, name="t", expires_at=clock.now() + timedelta(days=1))
    answer = caller.get("/api/guarded", headers={"Authorization": f"Token {text}"})
    assert (answer.status_code, answer.json()) == (200, {"user": user.username})


# Shapes ---------------------------------------------------------------------------------------------


def test_a_valid_body_passes_exactly(caller):
    body = {**ORDER, "wanted_on": "2026-12-01", "note": "two\nlines\x07"}
    answer = send(caller, body, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 201
    assert answer.json()["order"] == {
        "reference": "PO-1",
        "wanted_on": "2026-12-01",
        "note": "two\nlines",
        "lines": [{"item": "A-1", "quantity": "2.500000"}],
    }


def test_refused_fields_are_named_by_path(caller):
    body = {"lines": [{"item": "A", "quantity": "1"}, {"item": "B", "quantity": "-1", "colour": "red"}, {}]}
    answer = send(caller, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "kernel.invalid")
    assert refused_fields(answer) == [
        ("reference", "required"),
        ("lines.1.colour", "unknown"),
        ("lines.2.item", "required"),
        ("lines.2.quantity", "required"),
    ]
    assert answer.json()["detail"] == "reference: This field is required. And 3 more."


def test_an_unknown_field_is_refused(caller):
    answer = send(caller, {**ORDER, "discount": 5})
    assert refused_fields(answer) == [("discount", "unknown")]
    assert "lines, note, reference, wanted_on" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "quantity",
    [
        "1,5",
        "1e3",
        "1e400",
        "-1",
        "0",
        "0.0000001",
        "1234567890123",
        "",
        " ",
        "1_000",
        "١",
        "0x1",
        True,
        None,
        [],
        {},
    ],
)
def test_sloppy_quantities_are_refused(caller, quantity):
    answer = send(caller, {**ORDER, "lines": [{"item": "A", "quantity": quantity}]})
    assert answer.status_code == 400
    assert [field for field, _ in refused_fields(answer)] == ["lines.0.quantity"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_json_does_not_know_are_refused(caller, number):
    answer = send(caller, f'{{"reference": "P", "lines": [{{"item": "A", "quantity": {number}}}]}}')
    assert answer.status_code == 400


def test_the_accepted_form_is_said(caller):
    answer = send(caller, {**ORDER, "lines": [{"item": "A", "quantity": "1,5"}]})
    assert answer.json()["errors"][0]["detail"] == (
        "Write a number as 12.5: at most 12 digits before the point and 6 after it, no exponent."
    )


@pytest.mark.parametrize(
    ("given", "taken"),
    [("12.5", "12.5"), (7, "7"), (0.25, "0.25"), ("-3", "-3"), ("999999999999.999999", None)],
)
def test_exact_decimals_are_never_rounded(given, taken):
    field = ExactDecimalField(max_digits=18, decimal_places=6)
    assert field.run_validation(given) == Decimal(taken or given)


@pytest.mark.parametrize("code", ["A\0B", "A\u202eB", "A\nB", "A\u200bB"])
def test_hostile_codes_are_refused(caller, code):
    assert refused_fields(send(caller, {**ORDER, "reference": code})) == [("reference", "invisible")]


def test_a_lone_surrogate_is_refused(caller):
    answer = send(caller, '{"reference": "\\ud800", "lines": [{"item": "A", "quantity": 1}]}')
    assert refused_fields(answer) == [("reference", "invisible")]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "01/02/2026"])
def test_dates_outside_of_business_are_refused(caller, day):
    assert [field for field, _ in refused_fields(send(caller, {**ORDER, "wanted_on": day}))] == ["wanted_on"]


@pytest.mark.parametrize("body", ["", "{", "[]", "1", '"text"', b"\xff\xfe", "[" * 5000])
def test_malformed_bodies_are_refused(caller, body):
    answer = send(caller, body)
    assert answer.status_code == 400
    assert answer.json()["code"] in ("kernel.malformed", "kernel.invalid")


def test_a_body_beyond_one_megabyte_is_refused(caller):
    answer = send(caller, {**ORDER, "note": "x" * 1_048_576})
    assert (answer.status_code, answer.json()["code"]) == (413, "kernel.too_large")


# Keys, pages, rates ---------------------------------------------------------------------------------


def test_a_command_needs_its_key(caller):
    answer = send(caller, ORDER)
    assert (answer.status_code, answer.json()["code"]) == (400, "kernel.bad_input")
    assert answer.json()["detail"].startswith("Idempotency-Key: this header is required.")


@pytest.mark.parametrize("key", ["two words", "x" * 121, "schlüssel"])
def test_a_key_is_short_and_printable(caller, key):
    assert send(caller, ORDER, **{"Idempotency-Key": key}).status_code == 400


def test_a_quoted_key_is_the_same_key(caller):
    assert send(caller, ORDER, **{"Idempotency-Key": '"k-1"'}).json()["key"] == "k-1"


def test_pages_walk_every_row_once(caller):
    made = [factories.user().pk for _ in range(5)]
    seen, address = [], "/api/users?limit=2"
    while address:
        body = caller.get(address).json()
        assert len(body["results"]) <= 2
        seen += [row["id"] for row in body["results"]]
        address = body["next"]
    assert seen == sorted(made, reverse=True)


def test_a_page_has_at_most_200_rows(caller):
    api.User.objects.bulk_create(api.User(username=f"u{n}", name="n") for n in range(201))
    assert len(caller.get("/api/users?limit=5000").json()["results"]) == 200


def test_the_rate_of_a_minute_is_kept(caller, settings):
    settings.API_RATES = {**settings.API_RATES, "export": 2}
    assert [caller.get("/api/rare").status_code for _ in range(3)] == [200, 200, 429]
    answer = caller.get("/api/rare")
    assert answer.json()["code"] == "kernel.too_many_requests"
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_without_a_cache_each_process_counts_alone(caller, settings):
    settings.API_RATES = {**settings.API_RATES, "export": 2}
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert [caller.get("/api/rare").status_code for _ in range(3)] == [200, 200, 429]


def test_processes_learn_of_each_other_through_the_cache():
    ours, theirs = Meter(), Meter()
    key = f"rate:test:{uuid4()}"
    assert [ours.count(key, 7), ours.count(key, 7)] == [1, 2]  # the first is told, the second waits
    assert theirs.count(key, 7) == 2  # the one that was told, and its own
    ours.TOLD_EVERY_S = 0  # now each is told at once
    assert ours.count(key, 7) == 4
    assert ours.count(key, 8) == 1  # another minute


def test_the_schema_tells_problems_and_keys():
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator(urlconf="tests.erp.endpoints").get_schema(request=None, public=True)
    post = schema["paths"]["/api/orders"]["post"]
    assert post["responses"]["409"] == {"$ref": "#/components/responses/Problem409"}
    key = next(each for each in post["parameters"] if each["name"] == "Idempotency-Key")
    assert (key["in"], key["required"]) == ("header", True)
    assert "409" not in schema["paths"]["/api/users"]["get"]["responses"]
    assert "Problem" in schema["components"]["schemas"]
