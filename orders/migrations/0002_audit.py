from django.db import migrations

from erp.kernel.schema import Audited


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        Audited("orders_salesorder", insert=False, ignore=["open_net", "open_gross"]),
        Audited("orders_orderline", insert=False),
        Audited("orders_creditaccount", ignore=["exposure"]),
        Audited("orders_hold", insert=False),
    ]
