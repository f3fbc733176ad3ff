import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import erp.kernel.fields
import inventory.stock.models
from erp.kernel.schema import Audited

# The trigger of an audited table with counters names its columns: a new one means a new trigger.
FORGET = "; ".join(f"DROP TRIGGER audit_{event} ON orders_salesorder" for event in ("update", "delete"))
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
    ("fee", "Fee by order rule"),
]


def master(to, **options):
    return erp.kernel.fields.MasterKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **options
    )


def person(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0012_own_priority"),
        ("masterdata", "0008_ship_rules"),
        ("orders", "0014_holds_and_exceptions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="salesorder",
            name="rush",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        Audited("orders_salesorder", insert=False, ignore=["open_net", "open_gross"]),
        migrations.AddField(
            model_name="orderdraft",
            name="rush",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.AddIndex(
            model_name="salesorder",
            index=models.Index(
                condition=models.Q(("rush", ""), _negated=True), fields=["site", "submitted_at"], name="order_rush"
            ),
        ),
        *[
            migrations.AlterField(
                model_name=name,
                name="price_source",
                field=models.CharField(choices=SOURCES, max_length=12),
            )
            for name in ("orderline", "quoteline", "blanketline")
        ],
        migrations.AlterField(
            model_name="hold",
            name="kind",
            field=models.CharField(
                choices=[
                    ("credit", "Credit limit"),
                    ("price", "Price"),
                    ("margin", "Margin below floor"),
                    ("override", "Price beyond authority"),
                    ("blocked", "Customer blocked"),
                    ("po_missing", "Customer PO missing"),
                    ("overdue", "Payer overdue"),
                    ("minimum", "Below minimum order"),
                    ("po_twice", "Customer PO repeated"),
                    ("quantity", "Unusual quantity"),
                    ("item", "Item blocked"),
                    ("address", "Address incomplete"),
                    ("export", "Export control"),
                    ("data", "Master data missing"),
                    ("rule", "Order rule"),
                    ("rush", "Rush beyond quota"),
                    ("manual", "Held by hand"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being written"),
                            ("proposed", "Waits for approval"),
                            ("approved", "Approved"),
                            ("dropped", "Dropped"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("valid_from", models.DateField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.ruleversion"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="masterdata.company"
                    ),
                ),
                ("decided_by", person(null=True)),
                ("proposed_by", person(null=True)),
                ("written_by", person()),
            ],
            options={
                "ordering": ["company", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="rule_version_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "proposed"))),
                        fields=("company",),
                        name="rule_version_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("proposed_by__isnull", False),
                                ("valid_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="rule_version_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                models.Q(("decided_by", models.F("written_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="rule_version_four_eyes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("conditions", models.JSONField(default=list)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("site", "Site"),
                            ("ship_rule", "Ships"),
                            ("priority", "Priority"),
                            ("hold", "Hold"),
                            ("fee", "Fee"),
                        ],
                        max_length=10,
                    ),
                ),
                ("outcome", models.JSONField()),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="orders.ruleversion"
                    ),
                ),
            ],
            options={
                "ordering": ["rule_version", "sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("rule_version", "sequence"), name="order_rule_sequence"),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1), models.Q(("name", ""), _negated=True)),
                        name="order_rule_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleTrial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("rules", models.JSONField()),
                ("orders", models.PositiveIntegerField(default=0)),
                ("hits", models.JSONField(default=dict)),
                ("started_by", models.CharField(max_length=80)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="masterdata.company"
                    ),
                ),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="trials", to="orders.ruleversion"
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="RuleTrialLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decides", models.JSONField()),
                ("ship_was", models.CharField(blank=True, max_length=10)),
                ("ship_would", models.CharField(blank=True, max_length=10)),
                ("priority_was", models.PositiveSmallIntegerField(null=True)),
                ("priority_would", models.PositiveSmallIntegerField(null=True)),
                ("holds_was", models.CharField(blank=True, max_length=60)),
                ("holds_would", models.CharField(blank=True, max_length=60)),
                ("fee_was", inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ("fee_would", inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="orders.salesorder",
                    ),
                ),
                ("site_was", master("masterdata.site")),
                ("site_would", master("masterdata.site")),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.ruletrial"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("trial", "order"), name="rule_trial_order")],
            },
        ),
        Audited("orders_ruleversion"),
        Audited("orders_orderrule"),
    ]
