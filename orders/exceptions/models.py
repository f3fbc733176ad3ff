"""The exception inbox: one row for each thing that stands in an order's way, with owner and clock (OC06)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money
from orders.exceptions.permissions import VIEW_EXCEPTIONS

OPEN = Q(closed_at=None)


def here(site_id: int) -> Q:
    """Entries of a site, and those of which nobody knows yet where they belong."""
    return Q(site=site_id) | Q(site=None)


class OrderException(models.Model):
    """One cause that blocks one subject: it opens when the cause is seen and closes when it is gone, by itself.

    `kind` names a Source; `subject_id` is the id of what is blocked there (a hold, a demand, a parked line).
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_EXCEPTIONS,)

    kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    cause = models.CharField(max_length=60, blank=True)  # stable: the hold's kind, why a line was parked
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", null=True, related_name="+")  # null: not known yet
    customer = MasterKey("masterdata.Customer", null=True, related_name="+")
    order = models.ForeignKey(
        "orders.SalesOrder", models.PROTECT, null=True, related_name="exceptions", db_index=False
    )
    document = models.CharField(max_length=120)  # number of the order, reference of the parked document
    detail = models.CharField(max_length=300)  # one sentence with the figures
    amount = Money()  # net at risk
    currency = models.CharField(max_length=3)
    promised_on = models.DateField()
    rank = models.DecimalField(max_digits=14, decimal_places=4)  # the highest first; rules.rank_of
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["OrderException"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=OPEN, name="order_exception_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-rank", "-id"], name="order_exception_rank", condition=OPEN),
            models.Index(fields=["-rank", "-id"], name="order_exception_closed", condition=~OPEN),
            models.Index(fields=["owner", "-rank", "-id"], name="order_exception_owner", condition=OPEN),
            models.Index(fields=["kind", "-rank", "-id"], name="order_exception_kind", condition=OPEN),
            models.Index(fields=["opened_at", "id"], name="order_exception_opened", condition=OPEN),
            models.Index(fields=["amount", "id"], name="order_exception_amount", condition=OPEN),
            models.Index(fields=["due_on", "id"], name="order_exception_due", condition=OPEN),
            models.Index(fields=["order"], name="order_exception_order", condition=OPEN),
            models.Index(fields=["document"], name="order_exception_document"),
            models.Index(fields=["customer"], name="order_exception_customer", condition=OPEN),
            models.Index(fields=["company", "closed_at"], name="order_exception_fact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.document}"


class ExceptionNote(models.Model):
    """What somebody wrote to an entry. Append-only by its verbs: a note is never changed."""

    exception = models.ForeignKey(OrderException, models.CASCADE, related_name="notes")
    text = models.CharField(max_length=500)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.made_by}: {self.text[:40]}"
