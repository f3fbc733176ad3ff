"""Intake: every channel's orders land here as they came, and become orders by one verb (OC02)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet


class Delivery(models.Model):
    """What a channel handed over in one piece, byte by byte: a file, an e-mail, an interchange of documents."""

    SCOPE: ClassVar = {"company": "company_id"}

    class Standard(models.TextChoices):
        X12 = "x12", "X12"
        EDIFACT = "edifact", "EDIFACT"
        SHEET = "sheet", "CSV or Excel"
        MAIL = "mail", "E-mail"
        UNKNOWN = "unknown", "Not readable"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)  # SalesOrder.Channel
    source = models.CharField(max_length=120)  # file name
    standard = models.CharField(max_length=8, choices=Standard.choices)
    digest = models.CharField(max_length=64)  # SHA-256 of the content: the same file twice is one delivery
    content = models.BinaryField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(db_default=Now())
    taken_at = models.DateTimeField(null=True)  # when every document of it was taken or parked

    objects = ScopedQuerySet["Delivery"].as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="delivery_unique")]
        indexes = [models.Index(fields=["id"], name="delivery_pending", condition=Q(taken_at=None))]

    def __str__(self) -> str:
        return self.source


class IntakeDocument(models.Model):
    """One document as a channel delivered it: the raw payload, what became of it, and what is parked.

    What cannot be taken as a whole has its own code and reason; what cannot be taken of its lines is parked below.
    """

    SCOPE: ClassVar = {"company": "company_id"}

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        PARTLY = "partly", "Partly accepted"
        PARKED = "parked", "Parked"
        DUPLICATE = "duplicate", "Duplicate"
        CLOSED = "closed", "Dropped"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)  # SalesOrder.Channel
    source = models.CharField(max_length=120)  # file name, interface, user
    key = models.CharField(max_length=120)  # the same document twice has the same key
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, null=True, related_name="intake")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="documents")
    place = models.PositiveIntegerField(db_default=0)  # in the delivery, from 1
    partner = models.ForeignKey("orders.TradingPartner", models.PROTECT, null=True, related_name="documents")
    kind = models.CharField(max_length=10, blank=True, db_default="")  # 850, ORDERS; blank: an order
    control = models.CharField(max_length=35, blank=True, db_default="")  # of the interchange
    reference = models.CharField(max_length=60, blank=True, db_default="")  # the customer's number of it
    meaning = models.CharField(max_length=64, blank=True, db_default="")  # digest of what it asks for
    code = models.CharField(max_length=60, blank=True, db_default="")  # why the whole of it waits, stable
    reason = models.CharField(max_length=300, blank=True, db_default="")  # the same in the user's words
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["IntakeDocument"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "channel", "key"], name="intake_document_unique"),
            models.UniqueConstraint(
                fields=["delivery", "place"], condition=Q(place__gt=0), name="intake_document_place"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "state", "-received_at"], name="intake_open"),
            models.Index(
                fields=["partner", "reference"], name="intake_of_partner", condition=Q(partner__isnull=False)
            ),
            models.Index(
                fields=["partner", "control"], name="intake_control", condition=Q(partner__isnull=False)
            ),
        ]

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


class OutboundMessage(models.Model):
    """An acknowledgement for a trading partner: written here with what it answers, then put where it is fetched.

    At least once: a file keeps its name and its content, however often it is written.
    """

    SCOPE: ClassVar = {"company": "company_id"}

    class State(models.TextChoices):
        WAITING = "waiting", "To be sent"
        SENT = "sent", "Sent"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Rejected by the partner"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    partner = models.ForeignKey("orders.TradingPartner", models.PROTECT, related_name="messages")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="answers")
    document = models.ForeignKey(IntakeDocument, models.PROTECT, null=True, related_name="answers")
    kind = models.CharField(max_length=10)  # 855, 997, ORDRSP, CONTRL
    place = models.PositiveIntegerField(
        db_default=0
    )  # of the first document that it answers, in the delivery
    control = models.BigIntegerField()  # the interchange's control number
    reference = models.CharField(max_length=60, blank=True)  # what it answers
    file_name = models.CharField(max_length=120)
    content = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer = models.CharField(max_length=200, blank=True, db_default="")  # what the partner said to it
    made_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    times_sent = models.PositiveIntegerField(db_default=0)

    objects = ScopedQuerySet["OutboundMessage"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_name"], name="outbound_message_name"),
            models.UniqueConstraint(fields=["control"], name="outbound_message_control"),
            models.UniqueConstraint(
                fields=["delivery", "place"], condition=Q(document=None), name="outbound_message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="outbound_message_waiting", condition=Q(state="waiting")),
            models.Index(fields=["company", "-id"], name="outbound_message_newest"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def as_bytes(self) -> bytes:
        """The file: EDIFACT in the character set that its UNB names (UNOC: ISO 8859-1)."""
        return self.content.encode("latin-1" if self.content.startswith("UNA") else "utf-8", "ignore")
