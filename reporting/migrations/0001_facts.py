import django.db.models.deletion
import django.db.models.functions.datetime
import inventory.stock.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    folds = "0003_line_fact_by_due"  # see erp/kernel/management/commands/install.py

    dependencies = [
        ('masterdata', '0001_initial'),
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClassDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lines', models.PositiveIntegerField(default=0)),
                ('units', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('intake_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('lines_due', models.PositiveIntegerField(default=0)),
                ('lines_filled', models.PositiveIntegerField(default=0)),
                ('units_due', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('units_filled', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('units_substituted', inventory.stock.models.Quantity(db_default=0, decimal_places=6, default=0, max_digits=18)),
                ('shipped_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('shipped_cost', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('invoiced_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('invoiced_cost', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('day', models.DateField()),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
                ('item_class', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.itemclass')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'day', 'site', 'item_class'), name='class_day_unique')],
            },
        ),
        migrations.CreateModel(
            name='LineFact',
            fields=[
                ('line', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='fact', serialize=False, to='orders.orderline')),
                ('intake_on', models.DateField()),
                ('requested_on', models.DateField()),
                ('due_on', models.DateField()),
                ('first_promised_on', models.DateField(null=True)),
                ('ordered', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('first_pass', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('shipped', inventory.stock.models.Quantity(decimal_places=6, max_digits=18)),
                ('asked', inventory.stock.models.Quantity(decimal_places=6, max_digits=18, null=True)),
                ('substituted', inventory.stock.models.Quantity(decimal_places=6, max_digits=18, null=True)),
                ('net', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('invoiced_net', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('invoiced_cost', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('first_shipped_on', models.DateField(null=True)),
                ('completed_on', models.DateField(null=True)),
                ('asked_class', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.itemclass')),
                ('asked_item', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.item')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.customer')),
                ('item', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.item')),
                ('item_class', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.itemclass')),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.salesorder')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.site')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'intake_on'], name='line_fact_intake'), models.Index(fields=['company', 'due_on'], name='line_fact_due'), models.Index(fields=['due_on', 'line'], name='line_fact_by_due'), models.Index(condition=models.Q(('completed_on', None), ('ordered__gt', 0)), fields=['company', 'due_on', 'site'], name='line_fact_open'), models.Index(condition=models.Q(('completed_on__gt', models.F('due_on'))), fields=['company', 'completed_on'], name='line_fact_late')],
            },
        ),
        migrations.CreateModel(
            name='OrderFact',
            fields=[
                ('order', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='fact', serialize=False, to='orders.salesorder')),
                ('intake_on', models.DateField()),
                ('due_on', models.DateField()),
                ('net', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('stocked_lines', models.PositiveIntegerField()),
                ('filled', models.BooleanField()),
                ('completed_on', models.DateField(null=True)),
                ('cycle_hours', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.customer')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.site')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'intake_on'], name='order_fact_intake'), models.Index(fields=['company', 'due_on'], name='order_fact_due'), models.Index(fields=['company', 'completed_on'], name='order_fact_completed')],
            },
        ),
        migrations.CreateModel(
            name='RollupDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('touched', models.PositiveBigIntegerField(db_default=1, default=1)),
                ('rolled', models.PositiveBigIntegerField(db_default=0, default=0)),
                ('touched_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('rolled_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('rolled__lt', models.F('touched'))), fields=['touched_at'], name='rollup_behind')],
                'constraints': [models.UniqueConstraint(fields=('company', 'day'), name='rollup_day_unique'), models.CheckConstraint(condition=models.Q(('rolled__lte', models.F('touched'))), name='rollup_not_ahead')],
            },
        ),
        migrations.CreateModel(
            name='SiteDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lines', models.PositiveIntegerField(default=0)),
                ('units', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('intake_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('lines_due', models.PositiveIntegerField(default=0)),
                ('lines_filled', models.PositiveIntegerField(default=0)),
                ('units_due', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('units_filled', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('units_substituted', inventory.stock.models.Quantity(db_default=0, decimal_places=6, default=0, max_digits=18)),
                ('shipped_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('shipped_cost', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('invoiced_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('invoiced_cost', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('day', models.DateField()),
                ('orders', models.PositiveIntegerField(default=0)),
                ('orders_due', models.PositiveIntegerField(default=0)),
                ('orders_filled', models.PositiveIntegerField(default=0)),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'day', 'site'), name='site_day_unique')],
            },
        ),
        migrations.CreateModel(
            name='StockDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('value', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
                ('item_class', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.itemclass')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'day', 'site', 'item_class'), name='stock_day_unique')],
            },
        ),
        migrations.CreateModel(
            name='TradeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lines', models.PositiveIntegerField(default=0)),
                ('units', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('intake_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('lines_due', models.PositiveIntegerField(default=0)),
                ('lines_filled', models.PositiveIntegerField(default=0)),
                ('units_due', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('units_filled', inventory.stock.models.Quantity(decimal_places=6, default=0, max_digits=18)),
                ('units_substituted', inventory.stock.models.Quantity(db_default=0, decimal_places=6, default=0, max_digits=18)),
                ('shipped_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('shipped_cost', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('invoiced_net', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('invoiced_cost', inventory.stock.models.Money(decimal_places=2, default=0, max_digits=18)),
                ('day', models.DateField()),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.company')),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.customer')),
                ('item', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.item')),
                ('item_class', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.itemclass')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='masterdata.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'day', 'site', 'customer', 'item', 'item_class'), name='trade_day_unique')],
            },
        ),
    ]
