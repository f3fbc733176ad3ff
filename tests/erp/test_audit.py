"""History written by triggers: every way to write is caught, secrets are not, nothing is rewritten."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from erp.kernel.actor import Actor
from erp.kernel.audit import history_of, signed
from erp.kernel.models import AuditEvent, Grant, User

pytestmark = pytest.mark.django_db
CLERK = Actor("anna", request_id="request-1234")


def run(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def make(name):
    return User.objects.create(username=name, name=name.title(), password="secret-hash")


def events(**filters):
    rows = AuditEvent.objects.filter(table="kernel_user", **filters).order_by("id")
    return list(rows.values_list("operation", "row_id", "before", "after"))


def test_create_is_recorded_without_secrets():
    user = make("ada")
    whole = {
        "id": user.pk,
        "username": "ada",
        "name": "Ada",
        "email": "",
        "is_active": True,
        "session_epoch": 0,
    }
    assert events() == [("insert", user.pk, None, whole)]


def test_bulk_create_records_each_row():
    User.objects.bulk_create([User(username=f"u{n}", name="N") for n in range(3)])
    assert [after["username"] for _, _, _, after in events()] == ["u0", "u1", "u2"]


def test_set_update_records_only_what_changed():
    users = [make("ada"), make("bea")]
    User.objects.filter(pk__in=[user.pk for user in users]).update(name="Ada")
    assert events(operation="update") == [("update", users[1].pk, {"name": "Bea"}, {"name": "Ada"})]


def test_raw_sql_is_recorded():
    user = make("ada")
    run("UPDATE kernel_user SET email = 'a@example.org' WHERE id = %s", user.pk)
    assert events(operation="update") == [("update", user.pk, {"email": ""}, {"email": "a@example.org"})]


def test_delete_keeps_what_was_there():
    user = make("ada")
    key = user.pk
    user.delete()
    ((_, row_id, before, after),) = events(operation="delete")
    assert (row_id, before["username"], after) == (key, "ada", None)


def test_ignored_columns_leave_no_event():
    user = make("ada")
    User.objects.filter(pk=user.pk).update(password="other", preferences={"theme": "dark"})
    assert events(operation="update") == []


def test_event_names_actor_reason_and_request():
    with signed(CLERK, "moved to finance"):
        user = make("ada")
    event = AuditEvent.objects.get(table="kernel_user", row_id=user.pk)
    assert (event.actor, event.reason, event.request_id) == ("anna", "moved to finance", "request-1234")


HOSTILE = "';COMMIT;-- \\' %s %(a)s \"\n$$\u202e é🚚"


def test_what_a_signature_says_is_text_whatever_it_holds():
    with signed(Actor(HOSTILE, request_id=HOSTILE[::-1]), HOSTILE * 2):
        user = make("ada")
    event = AuditEvent.objects.get(table="kernel_user", row_id=user.pk)
    assert (event.actor, event.reason, event.request_id) == (HOSTILE, HOSTILE * 2, HOSTILE[::-1])


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_is_no_text_signs_nothing(text):
    with pytest.raises(ValueError, match=r"NUL|surrogates"), signed(CLERK, text):
        make("ada")
    assert events() == []


def test_unsigned_event_names_the_database_role():
    make("ada")
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        (role,) = cursor.fetchone()
    assert AuditEvent.objects.get(table="kernel_user").actor == role


def test_update_of_many_rows_pairs_each_with_itself():
    User.objects.bulk_create([User(username=f"u{n}", name=str(n)) for n in range(500)])
    run("UPDATE kernel_user SET name = name || '!'")
    pairs = [(before["name"], after["name"]) for _, _, before, after in events(operation="update")]
    assert sorted(pairs) == sorted((str(n), f"{n}!") for n in range(500))


@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_auditevent SET actor = 'nobody'", "DELETE FROM kernel_auditevent"]
)
def test_history_refuses_change(statement):
    make("ada")
    before = events()
    with pytest.raises(IntegrityError, match="kernel_auditevent is append-only"), transaction.atomic():
        run(statement)
    assert events() == before


@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_decision SET actor = 'x'", "DELETE FROM kernel_decision"]
)
def test_decisions_refuse_change_in_every_partition(statement):
    for recorded in ("now()", "'2009-12-01'"):
        run(
            "INSERT INTO kernel_decision"
            " (recorded_at, effective_at, verb, subject, subject_id, actor, outcome)"
            f" VALUES ({recorded}, now(), 'v', 's', 1, 'a', '{{}}')"
        )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(statement)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(statement.replace("kernel_decision", "kernel_decision_default"))


def test_retention_passes_for_the_owner_who_says_so():
    make("ada")
    run("SET LOCAL erp.allow_purge = '1'")
    assert run("DELETE FROM kernel_auditevent") == 1


def test_partitions_are_made_ahead_once():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_make_partitions('kernel_decision', 5)")
        assert cursor.fetchone() == (2,)  # the migration made three months ahead
        cursor.execute("SELECT kernel_make_partitions('kernel_decision', 5)")
        assert cursor.fetchone() == (0,)


def test_history_of_a_record_reads_newest_first_with_field_names():
    user = make("ada")
    with signed(CLERK, "typing error"):
        User.objects.filter(pk=user.pk).update(is_active=False)
    newest, oldest = history_of(User, user.pk)
    assert (newest.actor, newest.operation, newest.reason) == ("anna", "update", "typing error")
    assert [(c.field, c.label, c.before, c.after) for c in newest.changes] == [
        ("is_active", "is active", True, False)
    ]
    assert oldest.operation == "insert"


def test_every_change_of_grants_ends_the_users_sessions():
    user, other = make("ada"), make("bea")
    grant = Grant.objects.create(user=user, role="finance")
    Grant.objects.filter(pk=grant.pk).update(role="warehouse")
    run("DELETE FROM kernel_grant WHERE id = %s", grant.pk)
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.session_epoch, other.session_epoch) == (3, 0)


def test_a_counter_moves_without_history_and_a_fact_beside_it_does_not():
    user = make("ada")
    before = AuditEvent.objects.count()
    User.objects.filter(pk=user.pk).update(preferences={"theme": "dark"})
    assert AuditEvent.objects.count() == before
    with signed(CLERK, "married"):
        User.objects.filter(pk=user.pk).update(preferences={}, name="Ada Byron")
    event = AuditEvent.objects.latest("id")
    assert (event.before, event.after) == ({"name": "Ada"}, {"name": "Ada Byron"})
    assert (event.actor, event.reason, event.request_id) == ("anna", "married", "request-1234")


def test_a_table_with_counters_watches_every_other_column():
    """A migration that adds a column to such a table has to audit it anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_triggerdef(t.oid), t.tgargs,"
            " (SELECT array_agg(a.attname::text) FROM pg_attribute a"
            "  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'kernel_audit_row'"
        )
        found = cursor.fetchall()
    assert {"kernel_user", "masterdata_item", "orders_salesorder", "orders_creditaccount"} <= {
        table for table, *_ in found
    }
    for table, definition, arguments, columns in found:
        ignored = set(bytes(arguments).split(b"\0")[1].decode().split(","))
        unwatched = {name for name in columns if not re.search(rf'\bold\."?{name}\b', definition)}
        assert unwatched == ignored, table
