import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from erp.kernel.schema import Audited

STACKING = [
    ("alone", "Instead of list and terms, where it is cheaper"),
    ("on_terms", "On top of list and terms, never of an agreement"),
    ("on_all", "On top of everything, agreements included"),
    ("free", "Adds free goods, never with an agreement"),
    ("free_all", "Adds free goods, agreements included"),
]
METHODS = [
    ("net", "Net price"),
    ("discount", "Discount"),
    ("markup", "Mark-up on cost"),
    ("cost_plus", "Cost plus an amount"),
    ("free", "Free goods"),
]


def key(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("masterdata", "0011_kits")]
    operations = [
        migrations.AlterField(
            "pricescope",
            "stacking",
            models.CharField(blank=True, choices=STACKING, db_default="", max_length=10),
        ),
        migrations.AlterField(
            "price", "method", models.CharField(choices=METHODS, default="net", max_length=10)
        ),
        migrations.AddField(
            "price",
            "free_item",
            key("masterdata.item", blank=True, db_index=False, null=True, related_name="+"),
        ),
        migrations.RemoveConstraint("price", "price_value_fits_method"),
        migrations.AddConstraint(
            "price",
            models.CheckConstraint(
                condition=Q(method="discount", value__range=(0, 100))
                | Q(method="net", value__gte=0, unit__isnull=False, item__isnull=False)
                | Q(method__in=("markup", "cost_plus"), value__gte=0)
                | Q(method="free", value__gt=0, min_quantity__gt=0, unit__isnull=False, item__isnull=False),
                name="price_value_fits_method",
            ),
        ),
        migrations.AddConstraint(
            "price",
            models.CheckConstraint(condition=Q(free_item=None) | Q(method="free"), name="price_free_item"),
        ),
        migrations.AddField(
            "customerpricescope", "version", models.PositiveIntegerField(db_default=1, default=1)
        ),
        migrations.CreateModel(
            name="Coupon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("most_uses", models.PositiveIntegerField(blank=True, null=True)),
                ("most_per_customer", models.PositiveIntegerField(blank=True, null=True)),
                ("used", models.PositiveIntegerField(db_default=0, default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("company", key("masterdata.company", related_name="+")),
                ("scope", key("masterdata.pricescope", related_name="coupons")),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="coupon_unique"),
                    models.CheckConstraint(
                        condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="coupon_dates"
                    ),
                    models.CheckConstraint(
                        condition=Q(most_uses=None) | Q(used__lte=F("most_uses")), name="coupon_used"
                    ),
                    models.CheckConstraint(
                        condition=(Q(most_uses=None) | Q(most_uses__gte=1))
                        & (Q(most_per_customer=None) | Q(most_per_customer__gte=1)),
                        name="coupon_means_something",
                    ),
                ],
            },
        ),
        Audited("masterdata_coupon", ignore=["used"]),
    ]
