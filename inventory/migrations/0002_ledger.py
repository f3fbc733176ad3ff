from django.db import migrations

from erp.kernel.schema import AppendOnly, Audited

# Hot rows are updated in place many times a day: room on the page keeps those updates cheap.
HOT = ("inventory_sitestock", "inventory_stockbalance", "inventory_demand", "inventory_supply")

# A third of all demands are short, as far as the planner knows without these.
STATISTICS = """
CREATE STATISTICS demand_differences ON (ordered - shipped - cancelled), (ordered - shipped - cancelled - reserved)
FROM inventory_demand"""


class Migration(migrations.Migration):
    folds = "0018_transfers"  # see erp/kernel/management/commands/install.py
    dependencies = [("inventory", "0001_initial"), ("kernel", "0002_ground")]
    operations = [
        AppendOnly("inventory_stockposting"),
        AppendOnly("inventory_stockentry"),
        AppendOnly("inventory_promiseevent"),
        Audited("inventory_purchaseorder", insert=False),
        Audited("inventory_purchaseorderline", insert=False),
        Audited("inventory_supplierreturn", insert=False),
        Audited("inventory_allocationpolicy"),
        Audited("inventory_allocationquota"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (fillfactor = 70)", f"ALTER TABLE {table} RESET (fillfactor)"
            )
            for table in HOT
        ),
        migrations.RunSQL(STATISTICS, "DROP STATISTICS demand_differences"),
    ]
