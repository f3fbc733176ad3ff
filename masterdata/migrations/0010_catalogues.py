import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from erp.kernel.schema import Audited

STOCKING = [
    ("kept", "Kept in stock"),
    ("order", "Bought to order"),
    ("catalogue", "From a catalogue, not kept yet"),
]
DROP_ITEM_AUDIT = "; ".join(
    f"DROP TRIGGER IF EXISTS audit_{event} ON masterdata_item" for event in ("insert", "update", "delete")
)


def key(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("masterdata", "0009_supplier_rebates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(DROP_ITEM_AUDIT, migrations.RunSQL.noop),
        migrations.AddField(
            "item",
            "stocking",
            models.CharField(choices=STOCKING, db_default="kept", default="kept", max_length=9),
        ),
        Audited("masterdata_item", ignore=["search"]),
        migrations.CreateModel(
            name="CatalogueItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("cost", models.DecimalField(decimal_places=6, max_digits=18)),
                ("lead_time_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("returnable", models.BooleanField(db_default=True, default=True)),
                ("rank", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("search", models.TextField(editable=False)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                ("item", key("masterdata.item", blank=True, null=True, related_name="offers")),
                ("supplier", key("masterdata.supplier", db_index=False, related_name="catalogue")),
                ("unit", key("masterdata.unit", db_index=False, related_name="+")),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("search", name="gin_trgm_ops"), name="catalogue_search"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("supplier"),
                        django.db.models.functions.text.Upper("code"),
                        name="catalogue_item_unique",
                    ),
                    models.CheckConstraint(condition=Q(cost__gte=0, rank__gte=1), name="catalogue_item_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promotion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("approved", models.BooleanField(default=False)),
                ("decided_by", key(settings.AUTH_USER_MODEL, db_index=False, null=True, related_name="+")),
                ("item", key("masterdata.item", related_name="promotions")),
                ("proposed_by", key(settings.AUTH_USER_MODEL, db_index=False, related_name="+")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(decided_at=None), fields=("item",), name="promotion_open_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(approved=False) | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                        name="promotion_four_eyes",
                    ),
                ],
            },
        ),
        Audited("masterdata_catalogueitem"),
    ]
