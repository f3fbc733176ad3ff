from django.db import migrations, models
from django.db.models import Q

import inventory.stock.models
from erp.kernel.fields import MasterKey


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_bought_for_orders"), ("masterdata", "0011_kits")]
    operations = [
        migrations.AddField("demand", "kit", models.BigIntegerField(null=True)),
        migrations.AddField(
            "demand",
            "kit_item",
            MasterKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="masterdata.item",
            ),
        ),
        migrations.AddField(
            "demand",
            "per_kit",
            inventory.stock.models.Quantity(decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AddConstraint(
            "demand",
            models.CheckConstraint(
                condition=Q(kit=None, kit_item=None, per_kit=None)
                | Q(kit__isnull=False, kit_item__isnull=False, per_kit__gt=0),
                name="demand_kit",
            ),
        ),
    ]
