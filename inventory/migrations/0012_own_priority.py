from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_demand_differences")]
    operations = [
        migrations.AddField(
            model_name="demandgroup",
            name="own_priority",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
