from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_returns")]
    operations = [
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
