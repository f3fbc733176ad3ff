import django.db.models.deletion
import inventory.stock.models
from django.db import migrations, models


def substituted(model):
    return migrations.AddField(
        model_name=model,
        name='units_substituted',
        field=inventory.stock.models.Quantity(db_default=0, decimal_places=6, default=0, max_digits=18),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('masterdata', '0006_substitutes'),
        ('reporting', '0001_facts'),
    ]

    operations = [
        migrations.AddField(
            model_name='linefact',
            name='asked',
            field=inventory.stock.models.Quantity(decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name='linefact',
            name='asked_class',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.itemclass'),
        ),
        migrations.AddField(
            model_name='linefact',
            name='asked_item',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.item'),
        ),
        migrations.AddField(
            model_name='linefact',
            name='substituted',
            field=inventory.stock.models.Quantity(decimal_places=6, max_digits=18, null=True),
        ),
        substituted('classday'),
        substituted('siteday'),
        substituted('tradeday'),
    ]
