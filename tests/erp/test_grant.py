"""The application's role: data only, and no second thoughts about history."""

import psycopg2
import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db(transaction=True)


def refused(session, statement):
    with session.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)
    session.rollback()


def test_application_may_change_ordinary_rows(as_application):
    with as_application.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_numberseries (scope, code, prefix, next_number) VALUES ('c', 'i', 'I', 1)"
        )
        cursor.execute("UPDATE kernel_numberseries SET next_number = 2")
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM kernel_numberseries")
        assert cursor.rowcount == 1


def test_application_may_not_change_the_schema(as_application):
    refused(as_application, "CREATE TABLE mine (id int)")
    refused(as_application, "DROP TABLE kernel_user")
    refused(as_application, "ALTER TABLE kernel_user ADD COLUMN mine int")
    refused(as_application, "TRUNCATE kernel_user")


def test_application_may_append_decisions_but_not_change_them(as_application):
    with as_application.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_decision (effective_at, verb, subject, subject_id, actor, outcome)"
            " VALUES (now(), 'v', 's', 1, 'a', '{}')"
        )
    as_application.commit()
    refused(as_application, "UPDATE kernel_decision SET actor = 'b'")
    refused(as_application, "DELETE FROM kernel_decision")


def test_application_may_not_forge_history(as_application):
    refused(as_application, "INSERT INTO kernel_auditevent (\"table\") VALUES ('kernel_user')")


def test_application_reads_views_and_no_more(as_application):
    with as_application.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM inventory_task")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT has_table_privilege('inventory_task', 'INSERT, UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)


def test_granting_twice_changes_nothing(as_application):
    rights = "SELECT table_name, privilege_type FROM information_schema.role_table_grants ORDER BY 1, 2"
    with as_application.cursor() as cursor:
        cursor.execute(rights)
        before = cursor.fetchall()
        call_command("grant")
        cursor.execute(rights)
        assert cursor.fetchall() == before
