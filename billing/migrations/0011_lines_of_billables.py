import django.db.models.deletion
from django.db import migrations, models

# A line names its billable and, beside it, the billable's order line. One key over both asks half as often as one each,
# and knows that they belong together; its index takes the place of the one on the order line alone.
BOTH = """
ALTER TABLE billing_invoiceline ADD CONSTRAINT invoice_line_of_billable FOREIGN KEY (order_line_id, billable_id)
    REFERENCES billing_billable (order_line_id, id) DEFERRABLE INITIALLY DEFERRED"""
NEITHER = "ALTER TABLE billing_invoiceline DROP CONSTRAINT invoice_line_of_billable"


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_carrier_claims")]
    operations = [
        migrations.AddConstraint(
            "billable", models.UniqueConstraint(fields=("order_line", "id"), name="billable_of_order_line")
        ),
        migrations.RemoveIndex("billable", "billable_order_line"),
        migrations.RunSQL(BOTH, NEITHER),
        migrations.AlterField(
            "invoiceline",
            "billable",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_lines",
                to="billing.billable",
            ),
        ),
        migrations.AlterField(
            "invoiceline",
            "order_line",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_lines",
                to="orders.orderline",
            ),
        ),
    ]
