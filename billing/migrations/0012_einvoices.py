import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

import erp.kernel.fields
from erp.kernel.schema import AppendOnly, Audited

FORMATS = [
    ("none", "None: the PDF alone"),
    ("ubl", "UBL 2.1"),
    ("cii", "UN/CEFACT CII"),
    ("facturx", "Factur-X: PDF with CII inside"),
]
STATES = [
    ("pending", "Being made"),
    ("failed", "Not valid"),
    ("archived", "Archived"),
    ("sent", "Sent"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("waived", "Settled otherwise"),
]
# The hash beside a file is the file's: said by the schema, so that nobody has to look.
HASHES = """
ALTER TABLE billing_einvoicedocument ADD CONSTRAINT einvoice_document_hashes CHECK (
    xml_sha256 = encode(sha256(xml), 'hex') AND (pdf IS NULL OR pdf_sha256 = encode(sha256(pdf), 'hex')))"""
NO_HASHES = "ALTER TABLE billing_einvoicedocument DROP CONSTRAINT einvoice_document_hashes"


def identity() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def master(to: str) -> erp.kernel.fields.MasterKey:
    return erp.kernel.fields.MasterKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_lines_of_billables"),
        ("masterdata", "0013_einvoice_parties"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="EInvoice",
            fields=[
                ("id", identity()),
                ("format", models.CharField(choices=FORMATS, max_length=8)),
                ("state", models.CharField(choices=STATES, default="pending", max_length=8)),
                ("revision", models.PositiveIntegerField(db_default=0, default=0)),
                ("detail", models.CharField(blank=True, db_default="", max_length=300)),
                ("findings", models.JSONField(default=list)),
                ("requested_at", models.DateTimeField()),
                ("state_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, db_default="", max_length=200)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                ("company", master("masterdata.company")),
                ("customer", master("masterdata.customer")),
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="einvoice",
                        to="billing.invoice",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("site", master("masterdata.site")),
            ],
            options={
                "verbose_name": "e-invoice",
                "indexes": [
                    models.Index(fields=["company", "-id"], name="einvoice_newest"),
                    models.Index(
                        condition=Q(state__in=("failed", "rejected")),
                        fields=["company", "opened_at", "id"],
                        name="einvoice_to_work",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(state__in=("archived", "sent", "accepted", "rejected"))
                        | Q(revision__gte=1),
                        name="einvoice_archived",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=("failed", "rejected"))
                        | Q(opened_at__isnull=False, due_on__isnull=False) & ~Q(detail=""),
                        name="einvoice_trouble_has_clock",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="waived") | ~Q(reason=""), name="einvoice_waived_why"
                    ),
                    models.CheckConstraint(condition=~Q(format="none"), name="einvoice_has_format"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EInvoiceDocument",
            fields=[
                ("id", identity()),
                ("revision", models.PositiveIntegerField()),
                ("format", models.CharField(choices=FORMATS, max_length=8)),
                ("xml", models.BinaryField()),
                ("xml_sha256", models.CharField(max_length=64)),
                ("pdf", models.BinaryField(null=True)),
                ("pdf_sha256", models.CharField(blank=True, db_default="", max_length=64)),
                ("rules", models.CharField(max_length=60)),
                ("warnings", models.JSONField(default=list)),
                ("generated_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                (
                    "einvoice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="billing.einvoice",
                    ),
                ),
            ],
            options={
                "verbose_name": "e-invoice document",
                "ordering": ["einvoice", "revision"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("einvoice", "revision"), name="einvoice_document_revision"
                    ),
                    models.CheckConstraint(
                        condition=Q(format="facturx", pdf__isnull=False) & ~Q(pdf_sha256="")
                        | ~Q(format="facturx") & Q(pdf=None, pdf_sha256=""),
                        name="einvoice_document_pdf",
                    ),
                ],
            },
        ),
        migrations.RunSQL(HASHES, NO_HASHES),
        AppendOnly("billing_einvoicedocument"),
        Audited("billing_einvoice", insert=False, ignore=["findings"]),
    ]
