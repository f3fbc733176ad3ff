import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.schema import Audited
from inventory.stock.models import Money, Quantity

REASONS = [
    ("empty", "Bin empty or short"), ("damaged", "Goods damaged"), ("blocked", "Bin not reachable"),
    ("wrong", "Other goods in bin"), ("expired", "Lot expired"),
]  # fmt: skip
KINDS = [
    ("opening", "Opening stock"), ("receipt", "Receipt"), ("issue", "Issue to customer"), ("move", "Move"),
    ("adjustment", "Adjustment"), ("return", "Return from customer"), ("scrap", "Scrap"), ("drop", "Drop shipment"),
    ("supplier", "Return to supplier"),
]  # fmt: skip
STATES = [("sent", "Credit awaited"), ("credited", "Credited"), ("denied", "Denied")]
KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def key(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **{"related_name": "+", **options})


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_ground"),
        ("masterdata", "0012_coupons_and_free_goods"),
        ("inventory", "0016_status_adjustments_counts"),
    ]
    operations = [
        migrations.AlterField(
            "pick", "short_reason", models.CharField(blank=True, choices=REASONS, db_default="", max_length=10)
        ),
        migrations.AlterField("stockposting", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.CreateModel(
            name="SupplierReturn",
            fields=[
                ("id", KEY),
                ("number", models.CharField(max_length=20, unique=True)),
                ("currency", models.CharField(max_length=3)),
                ("state", models.CharField(choices=STATES, default="sent", max_length=8)),
                ("value", Money()),
                ("claimed", Money()),
                ("credited", Money(db_default=0, default=0)),
                ("authorisation", models.CharField(blank=True, max_length=60)),
                ("tracking_number", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("posting_id", models.BigIntegerField()),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.CharField(max_length=80)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, db_default="", max_length=80)),
                ("reference", models.CharField(blank=True, db_default="", max_length=60)),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                ("company", key("masterdata.company")),
                ("site", key("masterdata.site")),
                ("supplier", key("masterdata.supplier", related_name="returns")),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(settled_at=None), fields=["sent_at"], name="supplier_return_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(value__gte=0, claimed__gte=0, credited__gte=0, credited__lte=F("claimed")),
                        name="supplier_return_credited",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="sent", settled_at=None, credited=0)
                        | Q(state="credited", settled_at__isnull=False, credited__gt=0)
                        | Q(state="denied", settled_at__isnull=False, credited=0),
                        name="supplier_return_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierReturnLine",
            fields=[
                ("id", KEY),
                ("line", models.PositiveIntegerField()),
                ("quantity", Quantity()),
                ("unit_cost", models.DecimalField(decimal_places=6, max_digits=18)),
                ("claimed", Money()),
                ("value", Money()),
                ("supplier_return", key("inventory.supplierreturn", related_name="lines", db_index=False)),
                ("item", key("masterdata.item")),
                ("bin", key("masterdata.bin", db_index=False)),
                ("lot", key("inventory.lot", db_index=False, null=True)),
            ],
            options={
                "ordering": ["supplier_return", "line"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["supplier_return", "line"], name="supplier_return_line_unique"
                    ),
                    models.CheckConstraint(
                        condition=Q(quantity__gt=0, unit_cost__gte=0, claimed__gte=0, value__gte=0),
                        name="supplier_return_line_positive",
                    ),
                ],
            },
        ),
        Audited("inventory_supplierreturn", insert=False),
    ]
