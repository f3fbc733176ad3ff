import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity

CAUSES = [
    ("first", "First promise"), ("receipt", "Goods received"), ("short_pick", "Short at picking"),
    ("amended", "Order changed"), ("cancelled", "Cancelled"), ("resourced", "Supply changed"),
    ("reallocated", "Stock shared anew"), ("freed", "Others need it no more"), ("blocked", "Stock blocked"),
    ("lost", "Stock lost"), ("found", "Stock found or released"),
]  # fmt: skip
STATUSES = [
    ("available", "Available"), ("quality", "In inspection"), ("quarantine", "Quarantine"), ("damaged", "Damaged"),
    ("hold", "On hold"), ("expired", "Expired"), ("repair", "In repair"), ("vendor", "For the vendor"),
]  # fmt: skip
REASONS = [
    ("found", "Found"), ("lost", "Lost"), ("damaged", "Damaged beyond use"), ("expired", "Expired and disposed of"),
    ("count", "Count difference"), ("own_use", "Own use or sample"), ("correction", "Correction of an entry"),
]  # fmt: skip
STATES = [("waiting", "To approve"), ("posted", "Posted"), ("refused", "Refused")]

CLASSES = [("A", "A"), ("B", "B"), ("C", "C")]
TRIGGERS = [
    ("class", "By class"), ("random", "Drawn by lot"), ("short_pick", "Short pick"), ("asked", "Asked for"),
]  # fmt: skip
COUNT_STATES = [
    ("open", "To count"), ("recount", "To count again"), ("done", "Counted"), ("cancelled", "Cancelled"),
]  # fmt: skip
COUNT_CAUSES = [
    ("unknown", "Not known"), ("mispick", "Picked wrongly"), ("misput", "Put into the wrong bin"),
    ("receipt", "Received wrongly"), ("damage", "Damaged and thrown away"), ("entry", "Entered wrongly"),
]  # fmt: skip


def master(to, related_name):
    return MasterKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=related_name,
        to=to,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("inventory", "0015_commitments_of_supplies"), ("masterdata", "0011_kits")]
    operations = [
        migrations.AlterField("promiseevent", "cause", models.CharField(choices=CAUSES, max_length=12)),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("target", models.CharField(blank=True, choices=STATUSES, max_length=12)),
                ("row_count", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("posting_id", models.BigIntegerField()),
                ("changed_by", models.CharField(max_length=80)),
                ("changed_at", models.DateTimeField()),
                ("company", master("masterdata.company", "+")),
                ("site", master("masterdata.site", "status_changes")),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="inventory.statuschange",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "-changed_at", "-id"], name="status_change_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="status_change_number_unique"),
                    models.CheckConstraint(condition=~Q(reason=""), name="status_change_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("status", models.CharField(choices=STATUSES, max_length=12)),
                ("quantity", Quantity(decimal_places=6, max_digits=18)),
                ("value", Money(decimal_places=2, max_digits=18)),
                ("held", Quantity(decimal_places=6, max_digits=18)),
                ("reason", models.CharField(choices=REASONS, max_length=12)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(choices=STATES, max_length=8)),
                ("beyond", models.CharField(blank=True, max_length=200)),
                ("proposed_by", models.CharField(max_length=80)),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.CharField(blank=True, max_length=200)),
                ("posting_id", models.BigIntegerField(null=True)),
                (
                    "bin",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="masterdata.bin",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                    ),
                ),
                ("company", master("masterdata.company", "+")),
                ("site", master("masterdata.site", "adjustments")),
                ("item", master("masterdata.item", "adjustments")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "id"], name="adjustment_waiting", condition=Q(state="waiting")),
                    models.Index(fields=["site", "reason", "proposed_at"], name="adjustment_causes"),
                    models.Index(fields=["item", "bin", "proposed_at"], name="adjustment_place"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="adjustment_number_unique"),
                    models.CheckConstraint(condition=~Q(quantity=0), name="adjustment_quantity"),
                    models.CheckConstraint(
                        condition=Q(state="posted", posting_id__isnull=False)
                        | ~Q(state="posted") & Q(posting_id=None),
                        name="adjustment_posted",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="posted") | ~Q(decided_by=F("proposed_by")), name="adjustment_four_eyes"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="posted") | Q(beyond="") | ~Q(decided_by=""), name="adjustment_approved"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="refused") | ~Q(decided_by="") & ~Q(decision_note=""),
                        name="adjustment_refused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("trigger", models.CharField(choices=TRIGGERS, max_length=10)),
                ("count_class", models.CharField(choices=CLASSES, max_length=1)),
                ("state", models.CharField(choices=COUNT_STATES, default="open", max_length=9)),
                ("planned_on", models.DateField()),
                ("planned_at", models.DateTimeField()),
                ("first_by", models.CharField(blank=True, max_length=80)),
                ("second_by", models.CharField(blank=True, max_length=80)),
                ("cause", models.CharField(blank=True, choices=COUNT_CAUSES, max_length=8)),
                ("accurate", models.BooleanField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                (
                    "bin",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="count_tasks",
                        to="masterdata.bin",
                    ),
                ),
                ("company", master("masterdata.company", "+")),
                ("site", master("masterdata.site", "count_tasks")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bin", "-closed_at"], name="count_task_of_bin"),
                    models.Index(fields=["site", "planned_on", "id"], name="count_task_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="count_task_number_unique"),
                    models.UniqueConstraint(
                        condition=Q(state__in=("open", "recount")), fields=("bin",), name="count_task_one_open_per_bin"
                    ),
                    models.CheckConstraint(
                        condition=Q(second_by="") | ~Q(second_by=F("first_by")), name="count_task_second_person"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=("done", "cancelled")) | Q(closed_at__isnull=False),
                        name="count_task_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("turn", models.PositiveSmallIntegerField()),
                ("counted", Quantity(decimal_places=6, max_digits=18)),
                ("ledger", Quantity(decimal_places=6, max_digits=18)),
                ("counted_at", models.DateTimeField()),
                ("bound", Quantity(db_default=0, decimal_places=6, default=0, max_digits=18)),
                ("item", master("masterdata.item", "+")),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="inventory.counttask"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "turn", "item", "lot"), name="count_line_unique", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=Q(counted__gte=0, ledger__gte=0, bound__gte=0), name="count_line_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count_class", models.CharField(choices=CLASSES, max_length=1)),
                ("planned_on", models.DateField()),
                ("bin_count", models.PositiveIntegerField()),
                ("covered_count", models.PositiveIntegerField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="masterdata.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "planned_on", "count_class"), name="count_plan_unique"),
                    models.CheckConstraint(
                        condition=Q(covered_count__lte=F("bin_count")), name="count_plan_covered"
                    ),
                ],
            },
        ),
    ]
