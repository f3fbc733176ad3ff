import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from erp.kernel.schema import Audited

# The trigger of an audited table with counters names its columns: a new one means a new trigger.
FORGET = "; ".join(f"DROP TRIGGER audit_{event} ON orders_salesorder" for event in ("update", "delete"))
SOURCES = [
    ("list", "List price"),
    ("group", "Group terms"),
    ("agreement", "Agreement"),
    ("promotion", "Promotion"),
    ("override", "Set by hand"),
    ("conversion", "Taken over"),
    ("substitute", "Price of what was asked for"),
    ("quote", "Quote"),
    ("blanket", "Blanket order"),
    ("freight", "Freight tariff"),
    ("fee", "Fee by order rule"),
    ("free", "Free goods"),
]


def coupon() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=30)


class Migration(migrations.Migration):
    dependencies = [
        ("masterdata", "0012_coupons_and_free_goods"),
        ("orders", "0016_supply_and_returned_kits"),
    ]
    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.AddField("salesorder", "coupon", coupon()),
        Audited("orders_salesorder", insert=False, ignore=["open_net", "open_gross"]),
        migrations.AddField("orderdraft", "coupon", coupon()),
        migrations.AddIndex(
            "salesorder",
            models.Index(condition=~Q(coupon=""), fields=["coupon", "customer"], name="order_coupon"),
        ),
        *[
            migrations.AlterField(name, "price_source", models.CharField(choices=SOURCES, max_length=12))
            for name in ("orderline", "quoteline", "blanketline")
        ],
        migrations.CreateModel(
            name="FreeGoods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("price_id", models.BigIntegerField()),
                ("bought", models.DecimalField(decimal_places=6, max_digits=18)),
                ("given", models.DecimalField(decimal_places=6, max_digits=18)),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="free_with", to="orders.orderline"
                    ),
                ),
                (
                    "of_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="free_goods", to="orders.orderline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(bought__gt=0, given__gt=0), name="free_goods_positive"),
                    models.CheckConstraint(condition=~Q(line=F("of_line")), name="free_goods_of_another"),
                ],
            },
        ),
    ]
