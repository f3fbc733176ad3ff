from django.db import migrations

from erp.kernel.schema import AppendOnly, Audited

# Hot rows are updated in place many times a day: room on the page keeps those updates cheap.
HOT = ("inventory_sitestock", "inventory_stockbalance", "inventory_demand", "inventory_supply")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        AppendOnly("inventory_stockposting"),
        AppendOnly("inventory_stockentry"),
        AppendOnly("inventory_promiseevent"),
        Audited("inventory_purchaseorder", insert=False),
        Audited("inventory_purchaseorderline", insert=False),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (fillfactor = 70)", f"ALTER TABLE {table} RESET (fillfactor)"
            )
            for table in HOT
        ),
    ]
