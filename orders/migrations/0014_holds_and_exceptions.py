import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import erp.kernel.fields
import inventory.stock.models

OPEN = models.Q(("closed_at", None))


class Migration(migrations.Migration):
    dependencies = [
        ("masterdata", "0008_ship_rules"),
        ("orders", "0013_group_limits_and_freight"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
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
                    ("manual", "Held by hand"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="line",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="holds",
                to="orders.orderline",
            ),
        ),
        migrations.RemoveConstraint(model_name="hold", name="hold_once_per_kind"),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)), fields=("order", "kind", "line"), name="hold_once_per_kind",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("line__isnull", False)), fields=["line"], name="hold_of_line"
            ),
        ),
        migrations.AddIndex(
            model_name="ordermessage",
            index=models.Index(
                condition=models.Q(("delivered_at", None), ("state", "sent")), fields=["id"], name="message_undelivered"
            ),
        ),
        migrations.CreateModel(
            name="OrderException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("subject_id", models.BigIntegerField()),
                ("cause", models.CharField(blank=True, max_length=60)),
                ("document", models.CharField(max_length=120)),
                ("detail", models.CharField(max_length=300)),
                ("amount", inventory.stock.models.Money(decimal_places=2, max_digits=18)),
                ("currency", models.CharField(max_length=3)),
                ("promised_on", models.DateField()),
                ("rank", models.DecimalField(decimal_places=4, max_digits=14)),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "company",
                    erp.kernel.fields.MasterKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="masterdata.company",
                    ),
                ),
                (
                    "customer",
                    erp.kernel.fields.MasterKey(
                        db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="masterdata.customer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions", to="orders.salesorder",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    erp.kernel.fields.MasterKey(
                        db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="masterdata.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=OPEN, fields=("kind", "subject_id"), name="order_exception_open_once"
                    )
                ],
                "indexes": [
                    models.Index(condition=OPEN, fields=["-rank", "-id"], name="order_exception_rank"),
                    models.Index(condition=~OPEN, fields=["-rank", "-id"], name="order_exception_closed"),
                    models.Index(condition=OPEN, fields=["owner", "-rank", "-id"], name="order_exception_owner"),
                    models.Index(condition=OPEN, fields=["kind", "-rank", "-id"], name="order_exception_kind"),
                    models.Index(condition=OPEN, fields=["opened_at", "id"], name="order_exception_opened"),
                    models.Index(condition=OPEN, fields=["amount", "id"], name="order_exception_amount"),
                    models.Index(condition=OPEN, fields=["due_on", "id"], name="order_exception_due"),
                    models.Index(condition=OPEN, fields=["order"], name="order_exception_order"),
                    models.Index(fields=["document"], name="order_exception_document"),
                    models.Index(condition=OPEN, fields=["customer"], name="order_exception_customer"),
                    models.Index(fields=["company", "closed_at"], name="order_exception_fact"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExceptionNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                (
                    "exception",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="orders.orderexception"
                    ),
                ),
            ],
        ),
    ]
