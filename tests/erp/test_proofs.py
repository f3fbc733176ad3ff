"""Proofs: green without a row, red with the row that breaks the rule, and one snapshot for all."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from erp.kernel import proofs
from erp.kernel.models import OutboxEntry, ProofRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(monkeypatch):
    """An empty registry, so that a test sees only its own proofs."""
    monkeypatch.setattr(proofs, "_proofs", {})
    return proofs.proof


def test_no_row_is_green(registry):
    registry("S1", "Balances are the sum of entries", "SELECT 1 AS id WHERE false")
    run = proofs.prove()
    assert run.green
    assert [(r.proof, r.rows, r.sample, r.error) for r in proofs.results_of(run)] == [("S1", 0, [], "")]


def test_offending_rows_are_counted_and_named(registry):
    registry(
        "B4", "Numbers have no gap", "SELECT n AS id, n * 1.10 AS total FROM generate_series(1, %s) n", [7]
    )
    run = proofs.prove()
    (result,) = proofs.results_of(run)
    assert not run.green
    assert (result.rows, len(result.sample), result.sample[0]) == (7, 5, {"id": 1, "total": 1.1})


def test_a_proof_that_cannot_run_is_red_and_stops_no_other(registry):
    registry("D1", "Broken", "SELECT id FROM no_such_table")
    registry("D2", "Fine", "SELECT 1 WHERE false")
    broken, fine = proofs.results_of(proofs.prove())
    assert "no_such_table" in broken.error and not broken.green
    assert fine.green


def test_a_rule_that_the_schema_has_lost_is_named():
    only = ("M8",)
    assert proofs.prove(only).green
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX invoice_line_once_per_billable")
        cursor.execute("ALTER TABLE masterdata_item DROP CONSTRAINT item_cost_not_negative")
    (result,) = proofs.results_of(proofs.prove(only))
    assert [row["name"] for row in result.sample] == [
        "invoice_line_once_per_billable",
        "item_cost_not_negative",
    ]


def test_a_number_is_registered_once(registry):
    registry("S1", "One", "SELECT 1")
    with pytest.raises(ValueError, match="S1 is registered twice"):
        registry("S1", "Another", "SELECT 1")


def test_proofs_come_by_letter_and_number(registry):
    for number in ("B10", "S1", "B2", "D1"):
        registry(number, "T", "SELECT 1")
    assert [each.number for each in proofs.proofs()] == ["B2", "B10", "D1", "S1"]


@pytest.mark.django_db(transaction=True)
def test_proofs_share_a_snapshot_that_cannot_write(registry):
    registry("A1", "Level", "SELECT current_setting('transaction_isolation') AS level")
    registry("A2", "Writes", "SELECT nextval('kernel_user_id_seq')")
    level, writes = proofs.results_of(proofs.prove())
    assert level.sample == [{"level": "repeatable read"}]
    assert "read-only transaction" in writes.error
    assert ProofRun.objects.count() == 1


def test_command_prints_green(registry, capsys):
    registry("S1", "Balances", "SELECT 1 WHERE false")
    call_command("prove", no_color=True)
    assert "1 proofs green" in capsys.readouterr().out


def test_command_names_the_first_row_and_fails(registry, capsys):
    registry("S1", "Balances", "SELECT 41 AS item_id")
    registry("S2", "Sites", "SELECT 1 WHERE false")
    with pytest.raises(CommandError, match="1 of 2 proofs are red: S1") as failed:
        call_command("prove", no_color=True)
    assert failed.value.returncode == 1
    assert 'first: {"item_id": 41}' in capsys.readouterr().out


def test_command_runs_only_what_is_named(registry, capsys):
    registry("S1", "Balances", "SELECT 1")
    registry("S2", "Sites", "SELECT 1 WHERE false")
    call_command("prove", "--only", "S2", no_color=True)
    assert "1 proofs green" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no proof 'S9'"):
        call_command("prove", "--only", "S9")


def late(**values):
    defaults = {"topic": "t", "subscriber": "s", "document": "d:1", "payload": {}}
    return OutboxEntry.objects.create(**{**defaults, "due_at": "2020-01-01T00:00Z", **values})


def offending():
    (result,) = proofs.results_of(proofs.prove(["M1"]))
    return [row["id"] for row in result.sample]


def test_a_fact_overdue_is_told_and_what_waits_behind_it_is_not():
    first, _behind, other = late(), late(), late(document="d:2")
    late(document="d:3", done_at="2020-01-01T00:01Z")
    assert offending() == [first.pk, other.pk]


def test_a_dead_fact_needs_an_owner(django_user_model):
    ada = django_user_model.objects.create(username="ada", name="Ada")
    orphan = late(dead_at="2020-01-02T00:00Z")
    late(document="d:2", dead_at="2020-01-02T00:00Z", owner=ada)
    assert offending() == [orphan.pk]
