"""The ground's own SQL: extensions, audit and append-only functions, the partitioned table of why-records.

pg_trgm and btree_gist are trusted extensions: the database's owner may create them, no superuser is needed.
"""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from erp.kernel.schema import AppendOnly, Audited

# Runs as its owner, so that the application's role needs no right to write history and cannot forge it.
# Nested loops are off: a plan made for one changed row must still be good for five thousand.
AUDIT = """
CREATE FUNCTION kernel_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
#variable_conflict use_variable
DECLARE
    key text := TG_ARGV[0];
    ignored text[] := string_to_array(TG_ARGV[1], ',');
    actor text := left(coalesce(nullif(current_setting('erp.actor', true), ''), session_user), 80);
    reason text := left(coalesce(current_setting('erp.reason', true), ''), 200);
    request text := left(coalesce(current_setting('erp.request_id', true), ''), 40);
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kernel_auditevent ("table", row_id, operation, actor, reason, request_id, after)
        SELECT TG_TABLE_NAME, (whole ->> key)::bigint, 'insert', actor, reason, request, whole - ignored
        FROM (SELECT to_jsonb(n) AS whole FROM new_rows n) AS created;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kernel_auditevent ("table", row_id, operation, actor, reason, request_id, before)
        SELECT TG_TABLE_NAME, (whole ->> key)::bigint, 'delete', actor, reason, request, whole - ignored
        FROM (SELECT to_jsonb(o) AS whole FROM old_rows o) AS deleted;
    ELSE
        INSERT INTO kernel_auditevent ("table", row_id, operation, actor, reason, request_id, before, after)
        SELECT TG_TABLE_NAME, o.row_id, 'update', actor, reason, request, change.before, change.after
        FROM (SELECT (to_jsonb(r) ->> key)::bigint AS row_id, to_jsonb(r) - ignored AS whole FROM old_rows r) AS o
        JOIN (SELECT (to_jsonb(r) ->> key)::bigint AS row_id, to_jsonb(r) - ignored AS whole FROM new_rows r) AS n
            ON n.row_id = o.row_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(field.key, field.value) AS before,
                   jsonb_object_agg(field.key, n.whole -> field.key) AS after
            FROM jsonb_each(o.whole) AS field
            WHERE field.value IS DISTINCT FROM n.whole -> field.key
        ) AS change
        WHERE o.whole <> n.whole;
    END IF;
    RETURN NULL;
END $$;
"""

# The same for one updated row of a table with counters; the trigger's WHEN has seen that something else changed.
AUDIT_ROW = """
CREATE FUNCTION kernel_audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    ignored text[] := string_to_array(TG_ARGV[1], ',');
    old_row jsonb := to_jsonb(OLD) - ignored;
    new_row jsonb := to_jsonb(NEW) - ignored;
BEGIN
    INSERT INTO kernel_auditevent ("table", row_id, operation, actor, reason, request_id, before, after)
    SELECT TG_TABLE_NAME, (old_row ->> TG_ARGV[0])::bigint, 'update',
        left(coalesce(nullif(current_setting('erp.actor', true), ''), session_user), 80),
        left(coalesce(current_setting('erp.reason', true), ''), 200),
        left(coalesce(current_setting('erp.request_id', true), ''), 40),
        jsonb_object_agg(field.key, field.value), jsonb_object_agg(field.key, new_row -> field.key)
    FROM jsonb_each(old_row) AS field WHERE field.value IS DISTINCT FROM new_row -> field.key;
    RETURN NULL;
END $$;
"""

APPEND_ONLY = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       AND (TG_OP = 'TRUNCATE' OR current_setting('erp.allow_purge', true) = '1') THEN
        RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW WHEN 'DELETE' THEN OLD END;
    END IF;
    IF TG_NAME = 'never_deleted' THEN
        RAISE EXCEPTION 'rows of % are never deleted: documents name them, block the record instead', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused, correct it with a reversing row', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""

# The application's role may call this (it has no DDL rights of its own) and can reach nothing but missing months.
PARTITIONS = """
CREATE FUNCTION kernel_make_partitions(parent regclass, months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '1s' SET timezone = 'UTC' AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = parent AND relkind = 'p');
    first timestamptz;
    made integer := 0;
BEGIN
    IF name IS NULL THEN
        RAISE EXCEPTION '% is not a partitioned table', parent USING ERRCODE = 'wrong_object_type';
    END IF;
    FOR month IN 0 .. least(months_ahead, 24) LOOP
        first := date_trunc('month', now()) + make_interval(months => month);
        CONTINUE WHEN to_regclass(format('%I', name || to_char(first, '_YYYY_MM'))) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
                       name || to_char(first, '_YYYY_MM'), parent, first, first + interval '1 month');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
"""

DECISION = """
CREATE TABLE kernel_decision (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    effective_at timestamptz NOT NULL,
    verb varchar(60) NOT NULL,
    subject varchar(40) NOT NULL,
    subject_id bigint NOT NULL,
    actor varchar(80) NOT NULL,
    outcome jsonb NOT NULL,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX kernel_decision_of_subject ON kernel_decision (subject, subject_id, id DESC);
CREATE TABLE kernel_decision_default PARTITION OF kernel_decision DEFAULT;
SELECT kernel_make_partitions('kernel_decision', 3);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(AUDIT, "DROP FUNCTION kernel_audit()"),
        migrations.RunSQL(AUDIT_ROW, "DROP FUNCTION kernel_audit_row()"),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION kernel_append_only()"),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION kernel_make_partitions(regclass, integer)"),
        migrations.RunSQL(DECISION, "DROP TABLE kernel_decision"),
        Audited("kernel_user", ignore=["password", "last_login", "preferences"]),
        Audited("kernel_grant"),
        Audited("kernel_apitoken", ignore=["digest", "last_used_on"]),
        AppendOnly("kernel_decision"),
        AppendOnly("kernel_auditevent"),
    ]
