import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan

OPEN = Q(GreaterThan(F("ordered") - F("shipped") - F("cancelled"), 0))
METHODS = [("stock", "From stock"), ("special", "Special order"), ("drop", "Drop ship")]
KINDS = [
    ("opening", "Opening stock"), ("receipt", "Receipt"), ("issue", "Issue to customer"), ("move", "Move"),
    ("adjustment", "Adjustment"), ("return", "Return from customer"), ("scrap", "Scrap"), ("drop", "Drop shipment"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_own_priority")]
    operations = [
        migrations.AddField(
            "demand",
            "supply_method",
            models.CharField(choices=METHODS, db_default="stock", default="stock", max_length=7),
        ),
        migrations.AddIndex(
            "demand",
            models.Index(fields=["site", "item"], name="demand_bought", condition=~Q(supply_method="stock") & OPEN),
        ),
        migrations.AddField("supply", "is_drop", models.BooleanField(db_default=False, default=False)),
        migrations.AlterField("stockposting", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddField(
            "purchaseorder",
            "group",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchase_orders",
                to="inventory.demandgroup",
            ),
        ),
        migrations.AddField(
            "purchaseorderline",
            "demand",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchase_lines",
                to="inventory.demand",
            ),
        ),
        migrations.AddConstraint(
            "purchaseorderline",
            models.UniqueConstraint(fields=["order", "demand"], name="purchase_line_demand_once"),
        ),
        migrations.AddField(
            "shipment",
            "purchase_order",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shipments",
                to="inventory.purchaseorder",
            ),
        ),
        migrations.AddIndex(
            "shipment",
            models.Index(
                fields=["purchase_order"], name="shipment_drop", condition=Q(purchase_order__isnull=False)
            ),
        ),
    ]
