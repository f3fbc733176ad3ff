import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

from erp.kernel.schema import Audited


class Migration(migrations.Migration):

    dependencies = [
        ('masterdata', '0008_ship_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='SupplierRebate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('item_id'), django.db.models.expressions.CombinedExpression(models.F('item_class_id'), '*', models.Value(-1))), output_field=models.BigIntegerField())),
                ('method', models.CharField(choices=[('percent', 'Percent of the standard cost'), ('amount', 'Amount per stock unit')], max_length=7)),
                ('value', models.DecimalField(decimal_places=6, max_digits=18)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('reason', models.CharField(max_length=120)),
                ('set_by', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplier_rebates', to='masterdata.company')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplier_rebates', to='masterdata.item')),
                ('item_class', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplier_rebates', to='masterdata.itemclass')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rebates', to='masterdata.supplier')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'target', 'valid_from'], name='rebate_lookup')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('item', None), ('item_class__isnull', False)), models.Q(('item__isnull', False), ('item_class', None)), _connector='OR'), name='rebate_has_one_target'), models.CheckConstraint(condition=models.Q(('value__gt', 0), models.Q(('method', 'amount'), ('value__lte', 100), _connector='OR')), name='rebate_value'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='rebate_dates'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('supplier', '='), ('target', '='), (models.Func('valid_from', 'valid_to', function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='rebate_dates_do_not_overlap')],
            },
        ),
        Audited("masterdata_supplierrebate"),
    ]
