from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_ship_rules")]
    operations = [
        migrations.AddIndex("demandgroup", models.Index(fields=["party"], name="group_party")),
    ]
