import django.db.models.deletion
import inventory.stock.models
from django.db import migrations, models

from erp.kernel.schema import Audited

# Periods that were closed before their balances were kept. Nothing posts into them, so this may run beside postings.
KEEP = """
INSERT INTO billing_periodbalance (company_id, period_id, account_id, debit, credit)
SELECT p.company_id, p.id, l.account_id, coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0),
    coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)
FROM masterdata_accountingperiod p
JOIN billing_journalline l ON l.company_id = p.company_id AND l.accounting_on BETWEEN p.starts_on AND p.ends_on
WHERE p.closed_at IS NOT NULL GROUP BY p.company_id, p.id, l.account_id"""

# G10: what is kept of a closed period stays as it is for as long as the period is closed.
KEPT = """
CREATE FUNCTION billing_period_balance_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM masterdata_accountingperiod p
            WHERE p.id IN (NEW.period_id, OLD.period_id) AND p.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the balances of a closed period stay as they were kept'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_balance_kept';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER period_balance_kept BEFORE INSERT OR UPDATE OR DELETE ON billing_periodbalance
    FOR EACH ROW EXECUTE FUNCTION billing_period_balance_kept();
"""
# An account and the class that gathers it are of one kind.
ONE_KIND = """
ALTER TABLE billing_accountclass ADD CONSTRAINT account_class_kind UNIQUE (id, kind);
ALTER TABLE billing_account ADD CONSTRAINT account_class_of_kind FOREIGN KEY (account_class_id, kind)
    REFERENCES billing_accountclass (id, kind) DEFERRABLE INITIALLY DEFERRED;
"""
NOT_ONE_KIND = """
ALTER TABLE billing_account DROP CONSTRAINT account_class_of_kind;
ALTER TABLE billing_accountclass DROP CONSTRAINT account_class_kind;
"""
NOT_KEPT = """
DROP TRIGGER period_balance_kept ON billing_periodbalance;
DROP FUNCTION billing_period_balance_kept();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_delivery_proof'),
        ('masterdata', '0004_delivery_proof'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('income', 'Income'), ('expense', 'Expense')], max_length=10)),
                ('position', models.PositiveSmallIntegerField()),
                ('subtotal', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'account class',
                'ordering': ['position', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('subtotal', ''), ('kind__in', ('income', 'expense')), _connector='OR'), name='account_class_subtotal')],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='account_class',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='billing.accountclass'),
        ),
        migrations.AddField(
            model_name='account',
            name='is_intercompany',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='PeriodBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debit', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('credit', inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.account')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.company')),
                ('period', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='masterdata.accountingperiod')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('period', 'account'), name='period_balance_unique'), models.CheckConstraint(condition=models.Q(('credit__gte', 0), ('debit__gte', 0)), name='period_balance_turnover')],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(ONE_KIND, NOT_ONE_KIND),
        Audited("billing_accountclass"),
    ]
