"""A change of someone's roles ends all their sessions, whoever changed it and how."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION kernel_end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE kernel_user SET session_epoch = session_epoch + 1 WHERE id IN (OLD.user_id, NEW.user_id);
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER end_sessions AFTER INSERT OR UPDATE OR DELETE ON kernel_grant
FOR EACH ROW EXECUTE FUNCTION kernel_end_sessions();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_ground")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION kernel_end_sessions()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER end_sessions ON kernel_grant"),
    ]
