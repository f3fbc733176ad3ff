from django.db import migrations, models

from erp.kernel.schema import AppendOnly

# The chain is the schema's: a seal whose hash is not that of what it says is refused.
HASH = """
ALTER TABLE billing_ledgerseal ADD CONSTRAINT ledger_seal_hash CHECK (hash = encode(sha256(convert_to(
    previous || '|' || (day - date '2000-01-01')::text || '|' || rows::text || '|' || digest, 'UTF8')), 'hex'))"""
NO_HASH = "ALTER TABLE billing_ledgerseal DROP CONSTRAINT ledger_seal_hash"


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_close_cockpit'),
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
    ]
