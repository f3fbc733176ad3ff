"""Intake: every channel's orders land here as they came, and become orders by one verb (OC02)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet


class IntakeDocument(models.Model):
    """One document as a channel delivered it: the raw payload, what became of it, and what is parked."""

    SCOPE: ClassVar = {"company": "company_id"}

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        PARTLY = "partly", "Partly accepted"
        PARKED = "parked", "Parked"
        CLOSED = "closed", "Dropped"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)  # SalesOrder.Channel
    source = models.CharField(max_length=120)  # file name, interface, user
    key = models.CharField(max_length=120)  # the same document twice has the same key
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, null=True, related_name="intake")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["IntakeDocument"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "channel", "key"], name="intake_document_unique")
        ]
        indexes = [models.Index(fields=["company", "state", "-received_at"], name="intake_open")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class ParkedLine(models.Model):
    """A line that could not be taken, with its reason in the user's words, until it is corrected or dropped."""

    SCOPE: ClassVar = {"company": "document__company_id"}

    document = models.ForeignKey(IntakeDocument, models.CASCADE, related_name="parked_lines")
    line = models.PositiveIntegerField()
    payload = models.JSONField()
    code = models.CharField(max_length=60)  # stable reason code
    reason = models.CharField(max_length=300)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=80, blank=True, db_default="")
    resolution = models.CharField(max_length=20, blank=True, db_default="")  # resubmitted, dropped
    resolution_reason = models.CharField(max_length=200, blank=True, db_default="")
    order = models.ForeignKey(
        "orders.SalesOrder", models.PROTECT, null=True, related_name="+"
    )  # what it became

    objects = ScopedQuerySet["ParkedLine"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "line"], name="parked_line_unique")]
        indexes = [models.Index(fields=["id"], name="parked_line_open", condition=Q(resolved_at=None))]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.line}: {self.code}"
