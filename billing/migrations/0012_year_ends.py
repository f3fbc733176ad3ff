import django.db.models.deletion
import inventory.stock.models
from django.db import migrations, models

from erp.kernel.schema import AppendOnly, Audited, NeverDeleted

# The chain is the schema's: a seal whose hash is not that of what it says is refused.
HASH = """
ALTER TABLE billing_ledgerseal ADD CONSTRAINT ledger_seal_hash CHECK (hash = encode(sha256(convert_to(
    previous || '|' || (day - date '2000-01-01')::text || '|' || rows::text || '|' || digest, 'UTF8')), 'hex'))"""
NO_HASH = "ALTER TABLE billing_ledgerseal DROP CONSTRAINT ledger_seal_hash"


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0011_payments'),
        ('masterdata', '0004_delivery_proof'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger', models.CharField(choices=[('journal', 'Journal'), ('stock', 'Stock ledger')], max_length=8)),
                ('day', models.DateField()),
                ('rows', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'ledger seal',
                'constraints': [models.UniqueConstraint(fields=('ledger', 'day'), name='ledger_seal_day'), models.CheckConstraint(condition=models.Q(('rows__gte', 0)), name='ledger_seal_rows')],
            },
        ),
        migrations.RunSQL(HASH, NO_HASH),
        AppendOnly("billing_ledgerseal"),
        migrations.AlterField(
            model_name='accountrule',
            name='purpose',
            field=models.CharField(choices=[('receivable', 'Receivables'), ('revenue', 'Revenue'), ('tax', 'Tax payable'), ('cogs', 'Cost of goods sold'), ('inventory', 'Inventory'), ('grni', 'Goods received, not invoiced'), ('cash', 'Bank'), ('unapplied', 'Unapplied cash'), ('adjustment', 'Inventory adjustments'), ('shrinkage', 'Inventory lost and found'), ('count', 'Count differences'), ('spoilage', 'Damaged and expired goods'), ('own_use', 'Own use and samples'), ('recovery', 'Recovered from carriers'), ('discount', 'Cash discounts'), ('fees', 'Bank charges'), ('difference', 'Payment differences'), ('payable', 'Payables'), ('input_tax', 'Tax deductible'), ('variance', 'Purchase price differences'), ('freight_in', 'Freight of purchases'), ('write_off', 'Receivables written off'), ('discount_in', 'Cash discounts taken'), ('retained', 'Retained earnings'), ('opening', 'Opening balances'), ('suspense', 'Suspense')], max_length=12),
        ),
        migrations.AlterField(
            model_name='bankposting',
            name='purpose',
            field=models.CharField(blank=True, choices=[('receivable', 'Receivables'), ('revenue', 'Revenue'), ('tax', 'Tax payable'), ('cogs', 'Cost of goods sold'), ('inventory', 'Inventory'), ('grni', 'Goods received, not invoiced'), ('cash', 'Bank'), ('unapplied', 'Unapplied cash'), ('adjustment', 'Inventory adjustments'), ('shrinkage', 'Inventory lost and found'), ('count', 'Count differences'), ('spoilage', 'Damaged and expired goods'), ('own_use', 'Own use and samples'), ('recovery', 'Recovered from carriers'), ('discount', 'Cash discounts'), ('fees', 'Bank charges'), ('difference', 'Payment differences'), ('payable', 'Payables'), ('input_tax', 'Tax deductible'), ('variance', 'Purchase price differences'), ('freight_in', 'Freight of purchases'), ('write_off', 'Receivables written off'), ('discount_in', 'Cash discounts taken'), ('retained', 'Retained earnings'), ('opening', 'Opening balances'), ('suspense', 'Suspense')], db_default='', max_length=12),
        ),
        migrations.AlterField(
            model_name='journal',
            name='kind',
            field=models.CharField(choices=[('stock', 'Stock'), ('invoice', 'Invoice'), ('credit_memo', 'Credit memo'), ('cash', 'Cash'), ('claim', 'Carrier claim'), ('year_end', 'Year end'), ('supplier', 'Supplier invoice'), ('payment', 'Payment'), ('write_off', 'Write-off')], max_length=12),
        ),
        migrations.AlterField(
            model_name='unmappedposting',
            name='purpose',
            field=models.CharField(choices=[('receivable', 'Receivables'), ('revenue', 'Revenue'), ('tax', 'Tax payable'), ('cogs', 'Cost of goods sold'), ('inventory', 'Inventory'), ('grni', 'Goods received, not invoiced'), ('cash', 'Bank'), ('unapplied', 'Unapplied cash'), ('adjustment', 'Inventory adjustments'), ('shrinkage', 'Inventory lost and found'), ('count', 'Count differences'), ('spoilage', 'Damaged and expired goods'), ('own_use', 'Own use and samples'), ('recovery', 'Recovered from carriers'), ('discount', 'Cash discounts'), ('fees', 'Bank charges'), ('difference', 'Payment differences'), ('payable', 'Payables'), ('input_tax', 'Tax deductible'), ('variance', 'Purchase price differences'), ('freight_in', 'Freight of purchases'), ('write_off', 'Receivables written off'), ('discount_in', 'Cash discounts taken'), ('retained', 'Retained earnings'), ('opening', 'Opening balances'), ('suspense', 'Suspense')], max_length=12),
        ),
        migrations.CreateModel(
            name='YearClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('closed_at', models.DateTimeField()),
                ('closed_by', models.CharField(max_length=80)),
                ('reversed_at', models.DateTimeField(null=True)),
                ('reversed_by', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.company')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.accountingperiod')),
            ],
            options={
                'verbose_name': 'year close',
                'constraints': [models.UniqueConstraint(condition=models.Q(('reversed_at', None)), fields=('period',), name='year_close_once'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('reversed_at', None), ('reversed_by', '')), models.Q(('reversed_at__isnull', False), models.Q(('reversed_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='year_close_reversed_why')],
            },
        ),
        Audited("billing_yearclose", insert=False),
        NeverDeleted("billing_yearclose"),
    ]
