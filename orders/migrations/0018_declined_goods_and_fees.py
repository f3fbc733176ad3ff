from django.db import migrations, models

from erp.kernel.schema import Audited

# The trigger of an audited table with counters names its columns: a new one means a new trigger.
FORGET = "; ".join(f"DROP TRIGGER audit_{event} ON orders_salesorder" for event in ("update", "delete"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_coupons_and_free_goods")]
    operations = [
        migrations.AddField(
            "freegoods", "declined", models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.AddField(
            "salesorder", "takes_fees", models.BooleanField(db_default=True, default=True)
        ),
        Audited("orders_salesorder", insert=False, ignore=["open_net", "open_gross"]),
    ]
