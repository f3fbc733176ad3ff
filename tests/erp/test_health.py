"""What an orchestrator is told."""

import pytest
from django.db import OperationalError

from erp.kernel import health
from erp.kernel.models import OutboxEntry


@pytest.fixture(autouse=True)
def schema_unknown(monkeypatch):
    monkeypatch.setattr(health, "_schema_is_ours", False)


def test_alive_without_asking_anyone(client):
    answer = client.get("/health/live")  # no database mark: a query would fail the test
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_every_answer_carries_the_policy_of_the_settings(client, settings):
    rules = client.get("/health/live")["Content-Security-Policy"].split("; ")
    asked = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert sorted(rules) == sorted(f"{name} {' '.join(sources)}" for name, sources in asked.items())


@pytest.mark.django_db
def test_ready(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "broker": "ok", "outbox": "ok"},
        "outbox_lag_s": 0.0,
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_broker_degrades(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["broker"] == "away"


@pytest.mark.django_db
def test_a_late_outbox_degrades(client):
    OutboxEntry.objects.create(
        topic="t", subscriber="s", document="d", payload={}, due_at="2020-01-01T00:00Z"
    )
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["outbox"]) == (200, "late")
    assert answer.json()["outbox_lag_s"] > health.LAG_LIMIT_S


@pytest.mark.django_db
def test_waiting_migrations_are_unready(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["0099"])
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert answer.json()["checks"]["database"] == "migrations wait"


@pytest.mark.django_db
def test_without_a_database_unready(client, monkeypatch):
    def away(connection):
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "MigrationExecutor", away)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "away", "broker": "ok", "outbox": "unknown"}
