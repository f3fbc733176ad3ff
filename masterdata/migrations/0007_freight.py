import django.db.models.deletion
from django.db import migrations, models

from erp.kernel.schema import Audited

TERMS = [
    ("prepaid", "Prepaid: we pay, nothing is added"),
    ("prepaid_add", "Prepaid and added to the invoice"),
    ("collect", "Collect: the customer pays the carrier"),
    ("allowed", "Allowed: the customer pays and deducts it"),
    ("included", "Included in the prices"),
    ("third_party", "Billed to a third party's account"),
]


class Migration(migrations.Migration):
    dependencies = [("masterdata", "0006_substitutes")]
    operations = [
        migrations.AddField(
            model_name="customer",
            name="freight_terms",
            field=models.CharField(choices=TERMS, db_default="prepaid", default="prepaid", max_length=12),
        ),
        migrations.AddField(
            model_name="customer",
            name="freight_account",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.CreateModel(
            name="FreightTariff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=80)),
                ("basis", models.CharField(choices=[("weight", "Weight, kg"), ("value", "Net value of the goods")], max_length=6)),
                ("free_from", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("surcharge_percent", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="freight_tariffs", to="masterdata.company")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="freight_tariffs", to="masterdata.item")),
            ],
            options={
                "ordering": ["company", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="freight_tariff_code"),
                    models.UniqueConstraint(fields=("company", "valid_from"), name="freight_tariff_day"),
                    models.CheckConstraint(condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"), name="freight_tariff_dates"),
                    models.CheckConstraint(condition=models.Q(("surcharge_percent__range", (0, 100)), models.Q(("free_from", None), ("free_from__gte", 0), _connector="OR")), name="freight_tariff_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FreightRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(blank=True, max_length=2)),
                ("postal_prefix", models.CharField(blank=True, max_length=10)),
                ("from_amount", models.DecimalField(decimal_places=4, default=0, max_digits=18)),
                ("charge", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                ("per_unit", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("tariff", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rates", to="masterdata.freighttariff")),
            ],
            options={
                "ordering": ["country", "postal_prefix", "from_amount"],
                "constraints": [
                    models.UniqueConstraint(fields=("tariff", "country", "postal_prefix", "from_amount"), name="freight_rate_once"),
                    models.CheckConstraint(condition=models.Q(("charge__gte", 0), ("from_amount__gte", 0), ("per_unit__gte", 0)), name="freight_rate_not_negative"),
                    models.CheckConstraint(condition=models.Q(models.Q(("country", ""), _negated=True), ("postal_prefix", ""), _connector="OR"), name="freight_rate_zone_has_country"),
                ],
            },
        ),
        Audited("masterdata_freighttariff"),
        Audited("masterdata_freightrate"),
    ]
