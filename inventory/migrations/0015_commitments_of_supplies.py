from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_kits")]
    operations = [
        migrations.AlterField(
            "commitment",
            "supply",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.PROTECT,
                related_name="commitments",
                to="inventory.supply",
            ),
        ),
        migrations.AddIndex(
            "commitment",
            models.Index(fields=["supply"], name="commitment_of_supply", condition=Q(supply__isnull=False)),
        ),
    ]
