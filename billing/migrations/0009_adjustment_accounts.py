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
    ("opening", "Opening balances"),
    ("suspense", "Suspense"),
]


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_returned_kits")]
    operations = [
        migrations.AlterField("accountrule", "purpose", models.CharField(choices=PURPOSES, max_length=12)),
        migrations.AlterField("unmappedposting", "purpose", models.CharField(choices=PURPOSES, max_length=12)),
    ]
