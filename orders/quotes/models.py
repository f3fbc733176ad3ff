"""Quotes: prices offered to a customer until a day, what became of them, and why some were lost (OC10)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.commitments.models import SupplyMethod
from inventory.stock.models import Money, Quantity
from orders.entry.models import OrderLine

from .permissions import VIEW_QUOTE


class Quote(models.Model):
    """An offer with its newest revision's figures. It holds no stock; its prices hold until `valid_until`."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_QUOTE,)

    class State(models.TextChoices):
        OPEN = "open", "To send"
        SENT = "sent", "Sent"
        WON = "won", "Ordered"
        LOST = "lost", "Lost"
        EXPIRED = "expired", "Expired"

    class Loss(models.TextChoices):
        PRICE = "price", "Price"
        DELIVERY = "delivery", "Delivery date"
        COMPETITOR = "competitor", "Bought elsewhere"
        RANGE = "range", "Asked for other goods"
        PROJECT = "project", "Project called off"
        OURS = "ours", "Withdrawn by us"
        OTHER = "other", "Other reason"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")  # would ship from
    customer = MasterKey("masterdata.Customer", related_name="quotes")
    ship_to = MasterKey("masterdata.ShipTo", null=True, related_name="+")
    job = models.CharField(max_length=30, blank=True, db_default="")
    customer_reference = models.CharField(
        max_length=60, blank=True, db_default=""
    )  # of the customer's request
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1)
    valid_until = models.DateField()  # the last day
    requested_on = models.DateField()
    currency = models.CharField(max_length=3)
    line_count = models.PositiveIntegerField()
    net = Money()
    tax = Money()
    gross = Money()
    ordered_net = Money(default=0, db_default=0)  # of net, made to orders
    beyond = models.CharField(max_length=400, blank=True, db_default="")  # what needs approval, in words
    note = models.TextField(blank=True)
    # The draft that the next revision is written in; the desk shows it as the quote's.
    draft = models.OneToOneField("orders.OrderDraft", models.SET_NULL, null=True, related_name="quote")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    revised_by = models.CharField(max_length=80)  # wrote the newest revision
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)  # the newest revision, last
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, db_default="")
    loss = models.CharField(
        max_length=10, choices=Loss.choices, blank=True, db_default=""
    )  # of what was not ordered
    competitor = models.CharField(max_length=80, blank=True, db_default="")
    closing_note = models.CharField(max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["Quote"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="quote_number_unique"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax"), ordered_net__gte=0, ordered_net__lte=F("net")),
                name="quote_totals",
            ),
            models.CheckConstraint(
                condition=Q(beyond="") | Q(approved_by="") | ~Q(approved_by=F("revised_by")),
                name="quote_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(beyond="") | ~Q(approved_by="") | ~Q(state="sent"), name="quote_sent_approved"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "sent"), closed_at=None)
                | Q(state__in=("won", "lost", "expired"), closed_at__isnull=False),
                name="quote_closed",
            ),
            models.CheckConstraint(condition=~Q(state="lost") | ~Q(loss=""), name="quote_lost_why"),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="quote_newest"),
            models.Index(fields=["customer", "-id"], name="quote_of_customer"),
            models.Index(fields=["valid_until", "id"], name="quote_until"),
        ]

    def __str__(self) -> str:
        return self.number


class QuoteRevision(models.Model):
    """One version of the offer as it was written. Append-only: a change is the next revision."""

    append_only: ClassVar = True

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="revisions", db_index=False)
    revision = models.PositiveIntegerField()
    valid_until = models.DateField()
    requested_on = models.DateField()
    line_count = models.PositiveIntegerField()
    net = Money()
    tax = Money()
    gross = Money()
    beyond = models.CharField(max_length=400, blank=True)
    note = models.TextField(blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it differs from the one before
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["quote", "revision"]
        constraints = [models.UniqueConstraint(fields=["quote", "revision"], name="quote_revision_unique")]

    def __str__(self) -> str:
        return f"{self.quote_id}, revision {self.revision}"


class QuoteLine(models.Model):
    """One offered line of one revision, with the price as an order would have got it. Money is the quote's."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="lines", db_index=False)
    revision = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    item = MasterKey("masterdata.Item", related_name="+")
    description = models.CharField(max_length=200)
    quantity = Quantity()  # in `unit`
    unit = MasterKey("masterdata.Unit", related_name="+")
    stock_quantity = Quantity()
    list_price = models.DecimalField(max_digits=18, decimal_places=6, null=True)  # per `unit`
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)  # per `unit`, net
    price_source = models.CharField(max_length=12, choices=OrderLine.PriceSource.choices)
    price_reason = models.CharField(max_length=120, blank=True)
    net = Money()
    tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)  # per stock unit when quoted
    supply = models.CharField(
        max_length=7, choices=SupplyMethod.choices, blank=True, db_default=""
    )  # as it was asked for; blank: as the item and the house say
    order_line = models.OneToOneField("orders.OrderLine", models.PROTECT, null=True, related_name="quoted")

    class Meta:
        ordering = ["quote", "revision", "line"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "revision", "line"], name="quote_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, stock_quantity__gt=0, unit_price__gte=0),
                name="quote_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id}/{self.line}"
