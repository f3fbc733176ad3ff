import inventory.stock.models
from django.db import migrations, models

from erp.kernel.schema import Audited

# The trigger of an audited table with counters names its columns: a new one means a new trigger.
FORGET = [
    f"DROP TRIGGER audit_{event} ON {table}"
    for table in ("orders_quoteline", "orders_blanketline", "orders_returnline")
    for event in ("update", "delete")
]
METHODS = [("stock", "From stock"), ("special", "Special order"), ("drop", "Drop ship")]


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_order_rules_and_rush")]
    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        *[
            migrations.AddField(
                model_name=name,
                name="supply",
                field=models.CharField(blank=True, choices=METHODS, db_default="", max_length=7),
            )
            for name in ("quoteline", "blanketline", "tradingpartner")
        ],
        migrations.AddField(
            model_name="returnline",
            name="kits",
            field=inventory.stock.models.Quantity(decimal_places=6, max_digits=18, null=True),
        ),
        Audited("orders_quoteline", insert=False, ignore=["order_line_id"]),
        Audited("orders_blanketline", insert=False, ignore=["called"]),
        Audited(
            "orders_returnline",
            insert=False,
            ignore=["received", "excess", "disposed", "creditable", "credited"],
        ),
    ]
