"""What a customer is told: notices about orders, drafted by events (OC09), and documents that people send."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey

from .permissions import VIEW_MESSAGE


class OrderMessage(models.Model):
    """One message about changed promises. A draft follows the promises until it is sent or waived, once."""

    SCOPE: ClassVar = {"company": "company_id", "site": "order__site_id"}
    READ: ClassVar = (VIEW_MESSAGE,)

    class State(models.TextChoices):
        DRAFT = "draft", "To send"
        SENT = "sent", "Sent"
        WAIVED = "waived", "Not sent, with a reason"

    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="messages")
    company = MasterKey("masterdata.Company", related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    language = models.CharField(max_length=8)
    recipient = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    told = models.JSONField()  # {demand: day or null} of every open line, as the message says it
    later = models.BooleanField()  # at least one line leaves later than was last told
    drafted_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was waived
    delivered_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["OrderMessage"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="draft"), name="message_one_draft"),
            models.CheckConstraint(condition=~Q(state="waived") | ~Q(reason=""), name="message_waived_why"),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="message_of_order"),
            models.Index(fields=["state", "-id"], name="message_newest"),
            models.Index(
                fields=["id"], name="message_undelivered", condition=Q(state="sent", delivered_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class DocumentMessage(models.Model):
    """One document on its way to a customer: somebody has sent it, the text is final, its file goes along.

    `kind` and `document_id` name the row that a higher room makes the file of; `number` is how people call it.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_MESSAGE,)

    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sent_by = models.CharField(max_length=80)
    sent_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["DocumentMessage"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(recipient=""), name="document_message_to")]
        indexes = [
            models.Index(fields=["kind", "document_id", "-id"], name="message_of_document"),
            models.Index(fields=["company", "-sent_at", "-id"], name="message_document_newest"),
        ]

    def __str__(self) -> str:
        return self.subject
