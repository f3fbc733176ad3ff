from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_returns")]
    operations = [
        migrations.AlterField(
            model_name="billable",
            name="kind",
            field=models.CharField(
                choices=[
                    ("shipment", "Shipped goods"),
                    ("service", "Service"),
                    ("kit", "Kits whose components have shipped"),
                ],
                max_length=10,
            ),
        ),
    ]
