import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


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
    ]
