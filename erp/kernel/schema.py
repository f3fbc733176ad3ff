"""Migration operations for what Django's models cannot say: audited tables and append-only tables.

The functions behind them come with the kernel's migration 0002, on which the app's own migration depends:

    dependencies = [("kernel", "0002_ground")]
    operations = [..., Audited("masterdata_item", ignore=["search"]), AppendOnly("inventory_stockentry")]
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

TRANSITIONS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


class _TableOperation(Operation):
    """Something about one table that models know nothing of: no state, reversible."""

    reversible = True
    table: str

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None


class Audited(_TableOperation):
    """Every insert, update and delete of the table writes kernel_auditevent rows, whoever wrote it and how.

    The triggers run once per statement, so `bulk_create`, `QuerySet.update` and raw SQL are caught and a
    statement of 5,000 rows costs one more. Columns in `ignore` (counters, secrets, caches) never reach the
    history; an update that changes nothing else fires nothing, so such a table asks its rows one by one whether
    they changed: a counter may then move in every verb. `key` is the bigint primary key's column.
    With `insert=False` creation is not recorded: for documents whose creation has its own why-record.
    """

    def __init__(
        self, table: str, *, ignore: Sequence[str] = (), insert: bool = True, key: str = "id"
    ) -> None:
        self.table, self.ignore, self.insert, self.key = table, tuple(ignore), insert, key

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"ignore": list(self.ignore), "insert": self.insert, "key": self.key}
        return self.__class__.__qualname__, [self.table], options

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        quote = schema_editor.quote_name
        watched = self._watched(schema_editor)
        for event, tables in TRANSITIONS.items():
            if event == "insert" and not self.insert:
                continue
            arguments = (
                f"{schema_editor.quote_value(self.key)}, {schema_editor.quote_value(','.join(self.ignore))}"
            )
            if event == "update" and self.ignore:
                before, after = (
                    ", ".join(f"{row}.{quote(name)}" for name in watched) for row in ("OLD", "NEW")
                )
                changed = f"ROW({before}) IS DISTINCT FROM ROW({after})"
                firing = f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION kernel_audit_row"
            else:
                firing = f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit"
            schema_editor.execute(
                f"CREATE TRIGGER audit_{event} AFTER {event.upper()} ON {quote(self.table)} {firing}({arguments})"
            )

    def _watched(self, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Every column that is not ignored; a migration that adds one audits the table anew."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
                " AND NOT attisdropped ORDER BY attnum",
                [schema_editor.quote_name(self.table)],
            )
            return [name for (name,) in cursor.fetchall() if name not in self.ignore]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for event in TRANSITIONS:
            schema_editor.execute(
                f"DROP TRIGGER IF EXISTS audit_{event} ON {schema_editor.quote_name(self.table)}"
            )

    def describe(self) -> str:
        return f"Audit {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"audit_{self.table}"


class NeverDeleted(_TableOperation):
    """Rows of the table may change but never go: documents name them for ever. Block a record instead.

    The exception is the same as for AppendOnly: the owner, with `erp.allow_purge`.
    """

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table], {}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON {schema_editor.quote_name(self.table)} "
            "FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(
            f"DROP TRIGGER IF EXISTS never_deleted ON {schema_editor.quote_name(self.table)}"
        )

    def describe(self) -> str:
        return f"Keep every row of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"never_deleted_{self.table}"


class AppendOnly(_TableOperation):
    """The table's rows are never changed or deleted: a trigger refuses, correct them with a reversing row.

    The row triggers are inherited by partitions, those to come included. Retention and erasure pass only as
    the table's owner with `SET LOCAL erp.allow_purge = '1'`; the application's role never does.
    TRUNCATE is the owner's alone (tests empty their database with it).
    """

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table], {}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = schema_editor.quote_name(self.table)
        schema_editor.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only()"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = schema_editor.quote_name(self.table)
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only ON {table}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_truncate ON {table}")

    def describe(self) -> str:
        return f"Make {self.table} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"append_only_{self.table}"
