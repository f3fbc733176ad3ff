import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models

from erp.kernel.schema import Audited

# The trigger of an audited table with counters names its columns: a new one means a new trigger.
FORGET = "; ".join(
    [f"DROP TRIGGER audit_{event} ON orders_creditaccount" for event in ("insert", "update", "delete")]
    + [f"DROP TRIGGER audit_{event} ON orders_salesorder" for event in ("update", "delete")]
)
TERMS = [
    ("prepaid", "Prepaid: we pay, nothing is added"),
    ("prepaid_add", "Prepaid and added to the invoice"),
    ("collect", "Collect: the customer pays the carrier"),
    ("allowed", "Allowed: the customer pays and deducts it"),
    ("included", "Included in the prices"),
    ("third_party", "Billed to a third party's account"),
]
SOURCES = [
    ("list", "List price"),
    ("group", "Group terms"),
    ("agreement", "Agreement"),
    ("promotion", "Promotion"),
    ("override", "Set by hand"),
    ("conversion", "Taken over"),
    ("substitute", "Price of what was asked for"),
    ("quote", "Quote"),
    ("blanket", "Blanket order"),
    ("freight", "Freight tariff"),
]
OWN_COMPANY = """
UPDATE orders_creditaccount a SET company_id = c.company_id FROM masterdata_customer c WHERE c.id = a.customer_id"""
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"  # a table with checks still to come cannot be altered


class Migration(migrations.Migration):
    dependencies = [
        ("masterdata", "0007_freight"),
        ("orders", "0012_quotes_and_blankets"),
    ]
    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="creditaccount",
            name="company",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="masterdata.company"),
        ),
        migrations.RunSQL([OWN_COMPANY, SETTLE], migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="creditaccount",
            name="company",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="masterdata.company"),
        ),
        migrations.AlterField(
            model_name="creditaccount",
            name="customer",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="credit_account", to="masterdata.customer"),
        ),
        migrations.AddField(
            model_name="creditaccount",
            name="group",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="credit_accounts", to="masterdata.customergroup"),
        ),
        migrations.AddField(
            model_name="creditaccount",
            name="holder",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    "customer_id",
                    models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(
                            models.F("group_id"), "*", models.Value(-1)
                        ),
                        models.BigIntegerField(),
                    ),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddConstraint(
            model_name="creditaccount",
            constraint=models.UniqueConstraint(fields=("holder", "company"), name="credit_account_once"),
        ),
        migrations.AddConstraint(
            model_name="creditaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("customer", None), ("group__isnull", False))
                | models.Q(("customer__isnull", False), ("group", None)),
                name="credit_account_of_one",
            ),
        ),
        Audited("orders_creditaccount", ignore=["exposure", "holder"]),
        migrations.AddField(
            model_name="salesorder",
            name="freight_terms",
            field=models.CharField(blank=True, choices=TERMS, db_default="", max_length=12),
        ),
        Audited("orders_salesorder", insert=False, ignore=["open_net", "open_gross"]),
        *[
            migrations.AlterField(
                model_name=name,
                name="price_source",
                field=models.CharField(choices=SOURCES, max_length=12),
            )
            for name in ("orderline", "quoteline", "blanketline")
        ],
    ]
