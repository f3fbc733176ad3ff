import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from erp.kernel.schema import NeverDeleted


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_series_audit")]
    operations = [
        migrations.CreateModel(
            name="EditLock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, db_default="", max_length=200)),
                ("taken_from", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="edit_locks", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subject", "subject_id"), name="edit_lock_once")],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("path", models.CharField(max_length=200)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=80)),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_by", models.CharField(blank=True, db_default="", max_length=80)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "subject_id"], name="attachment_of")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("removed_at", None)), fields=("subject", "subject_id", "sha256"), name="attachment_once"),
                    models.CheckConstraint(condition=models.Q(models.Q(("removed_at", None), ("removed_by", "")), models.Q(("removed_at__isnull", False), models.Q(("removed_by", ""), _negated=True)), _connector="OR"), name="attachment_removed_by"),
                ],
            },
        ),
        NeverDeleted("kernel_attachment"),
    ]
