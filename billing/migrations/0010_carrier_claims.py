from django.db import migrations, models

PURPOSES = [
    ("receivable", "Receivables"),
    ("revenue", "Revenue"),
    ("tax", "Tax payable"),
    ("cogs", "Cost of goods sold"),
    ("inventory", "Inventory"),
    ("grni", "Goods received, not invoiced"),
    ("cash", "Bank"),
    ("unapplied", "Unapplied cash"),
    ("adjustment", "Inventory adjustments"),
    ("shrinkage", "Inventory lost and found"),
    ("count", "Count differences"),
    ("spoilage", "Damaged and expired goods"),
    ("own_use", "Own use and samples"),
    ("recovery", "Recovered from carriers"),
    ("opening", "Opening balances"),
    ("suspense", "Suspense"),
]
KINDS = [
    ("stock", "Stock"),
    ("invoice", "Invoice"),
    ("credit_memo", "Credit memo"),
    ("cash", "Cash"),
    ("claim", "Carrier claim"),
]


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_adjustment_accounts")]
    operations = [
        *[
            migrations.AlterField(name, "purpose", models.CharField(choices=PURPOSES, max_length=12))
            for name in ("accountrule", "unmappedposting")
        ],
        migrations.AlterField("journal", "kind", models.CharField(choices=KINDS, max_length=12)),
    ]
