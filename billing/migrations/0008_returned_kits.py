import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_kits"), ("orders", "0016_supply_and_returned_kits")]
    operations = [
        migrations.AlterField(
            model_name="returncredit",
            name="disposition",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="orders.returndisposition",
            ),
        ),
        migrations.AddConstraint(
            model_name="returncredit",
            constraint=models.UniqueConstraint(
                fields=("disposition", "memo_line"), name="return_credit_once", nulls_distinct=False
            ),
        ),
    ]
