import django.db.models.deletion
import erp.kernel.fields
import inventory.stock.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('masterdata', '0006_substitutes'),
        ('orders', '0010_pricing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='orderline',
            name='price_source',
            field=models.CharField(choices=[('list', 'List price'), ('group', 'Group terms'), ('agreement', 'Agreement'), ('promotion', 'Promotion'), ('override', 'Set by hand'), ('conversion', 'Taken over'), ('substitute', 'Price of what was asked for')], max_length=12),
        ),
        migrations.AddField(
            model_name='orderdraft',
            name='site',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='masterdata.site'),
        ),
        migrations.CreateModel(
            name='LineSubstitution',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='substitution', serialize=False, to='orders.orderline')),
                ('asked_quantity', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('asked_stock_quantity', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('kind', models.CharField(choices=[('superseded', 'Superseded'), ('equivalent', 'Equivalent'), ('upgrade', 'Upgrade')], max_length=10)),
                ('consent', models.CharField(blank=True, max_length=120)),
                ('asked_item', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.item')),
                ('asked_unit', erp.kernel.fields.MasterKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.unit')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='orders.orderline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_quantity__gt', 0), ('asked_stock_quantity__gt', 0)), name='line_substitution_asked')],
            },
        ),
    ]
