from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("masterdata", "0007_freight")]
    operations = [
        migrations.AddField(
            model_name="customer",
            name="minimum_fill_percent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="customer",
            name="maximum_shipments",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_fill_percent__lte", 100)), name="customer_minimum_fill_percent"
            ),
        ),
    ]
