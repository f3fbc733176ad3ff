from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan

OPEN = F("ordered") - F("shipped") - F("cancelled")
SHORT = OPEN - F("reserved")

# A third of all demands are short, as far as the planner knows without these.
STATISTICS = """
CREATE STATISTICS demand_differences ON (ordered - shipped - cancelled), (ordered - shipped - cancelled - reserved)
FROM inventory_demand"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_ship_rules")]
    operations = [
        migrations.RemoveIndex("demand", "demand_short"),
        migrations.RemoveIndex("demand", "demand_promised"),
        migrations.AddIndex(
            "demand",
            models.Index(fields=["site", "item"], name="demand_short", condition=Q(GreaterThan(SHORT, 0))),
        ),
        migrations.AddIndex(
            "demand",
            models.Index(fields=["promised_on"], name="demand_promised", condition=Q(GreaterThan(OPEN, 0))),
        ),
        migrations.RunSQL(STATISTICS, "DROP STATISTICS demand_differences"),
        migrations.AddIndex("demandgroup", models.Index(fields=["party"], name="group_party")),
    ]
