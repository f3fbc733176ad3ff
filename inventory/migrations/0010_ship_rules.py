from django.db import migrations, models
from django.db.models import F, Q


def small() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(db_default=0, default=0)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_freed_promises")]
    operations = [
        migrations.AddField("demandgroup", "minimum_fill_percent", small()),
        migrations.AddField("demandgroup", "maximum_shipments", small()),
        migrations.AddField("demandgroup", "has_line_rules", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("demandgroup", "version", models.PositiveIntegerField(db_default=1, default=1)),
        migrations.AddField("demand", "ship_rule", models.CharField(blank=True, db_default="", max_length=10)),
        migrations.AddIndex(
            model_name="demand",
            index=models.Index(
                condition=Q(ordered__gt=F("shipped") + F("cancelled")), fields=["promised_on"], name="demand_promised"
            ),
        ),
        migrations.AddIndex(
            model_name="pick",
            index=models.Index(condition=~Q(short_reason=""), fields=["line"], name="pick_short"),
        ),
    ]
