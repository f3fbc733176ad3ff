"""E-invoices: what became of each document that a customer wants by EN 16931, and the archive of what was made."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from billing.einvoice.permissions import VIEW_EINVOICE
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from masterdata.parties.models import EInvoiceProfile


class EInvoice(models.Model):
    """Where one posted document stands on its way to the customer. What failed or was rejected has an owner and a
    clock until it is made again or settled otherwise."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_EINVOICE,)

    class State(models.TextChoices):
        PENDING = "pending", "Being made"
        FAILED = "failed", "Not valid"
        ARCHIVED = "archived", "Archived"
        SENT = "sent", "Sent"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        WAIVED = "waived", "Settled otherwise"

    TO_WORK: ClassVar = (State.FAILED, State.REJECTED)
    OUT: ClassVar = (State.ARCHIVED, State.SENT)  # of what the customer may say something

    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    invoice = models.OneToOneField("billing.Invoice", models.PROTECT, related_name="einvoice")
    customer = MasterKey("masterdata.Customer", related_name="+")  # the payer
    format = models.CharField(max_length=8, choices=EInvoiceProfile.Format.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    revision = models.PositiveIntegerField(
        default=0, db_default=0
    )  # of the archive; 0: nothing was valid yet
    detail = models.CharField(max_length=300, blank=True, db_default="")  # why it failed or was rejected
    findings = models.JSONField(default=list)  # of the last making: rule, severity, text, remedy
    requested_at = models.DateTimeField()
    state_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # since when somebody has to do something
    due_on = models.DateField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, db_default="")  # why it was settled otherwise
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["EInvoice"].as_manager()

    class Meta:
        verbose_name = "e-invoice"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("archived", "sent", "accepted", "rejected")) | Q(revision__gte=1),
                name="einvoice_archived",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("failed", "rejected"))
                | Q(opened_at__isnull=False, due_on__isnull=False) & ~Q(detail=""),
                name="einvoice_trouble_has_clock",
            ),
            models.CheckConstraint(condition=~Q(state="waived") | ~Q(reason=""), name="einvoice_waived_why"),
            models.CheckConstraint(condition=~Q(format="none"), name="einvoice_has_format"),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="einvoice_newest"),
            models.Index(
                fields=["company", "opened_at", "id"],
                name="einvoice_to_work",
                condition=Q(state__in=("failed", "rejected")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()} of {self.invoice_id}"


class EInvoiceDocument(models.Model):
    """One e-invoice as it was made and found valid, for ever: the file and the hash that proves it (a constraint
    compares them). Factur-X has its XML in the PDF, and here beside it."""

    append_only: ClassVar = True

    einvoice = models.ForeignKey(EInvoice, models.PROTECT, related_name="documents", db_index=False)
    revision = models.PositiveIntegerField()
    format = models.CharField(max_length=8, choices=EInvoiceProfile.Format.choices)
    xml = models.BinaryField()
    xml_sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    rules = models.CharField(max_length=60)  # by which it was found valid
    warnings = models.JSONField(default=list)
    generated_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "e-invoice document"
        ordering = ["einvoice", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["einvoice", "revision"], name="einvoice_document_revision"),
            models.CheckConstraint(
                condition=Q(format="facturx", pdf__isnull=False) & ~Q(pdf_sha256="")
                | ~Q(format="facturx") & Q(pdf=None, pdf_sha256=""),
                name="einvoice_document_pdf",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.einvoice_id}/{self.revision}"
