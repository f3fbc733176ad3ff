"""Returns: what may come back, what came, where it went, and what the carrier owes for it (RM01 to RM04)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity
from orders.returns.permissions import VIEW_RETURN


class Reason(models.TextChoices):
    """Why goods come back; rules.py says who answers for each."""

    NOT_NEEDED = "not_needed", "No longer needed"
    ORDERED_WRONG = "ordered_wrong", "Ordered by mistake"
    SHIPPED_WRONG = "shipped_wrong", "Wrong goods shipped"
    DEFECTIVE = "defective", "Defective"
    SHORT_DATED = "short_dated", "Expired or short-dated"
    TRANSIT = "transit", "Damaged in transit"


class CustomerReturn(models.Model):
    """A returns authorisation (RMA) over lines of one order. Its instants are the stages of the returns KPI."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_RETURN,)

    class State(models.TextChoices):
        REQUESTED = "requested", "To approve"
        APPROVED = "approved", "To receive"
        RECEIVED = "received", "To inspect"
        INSPECTED = "inspected", "To credit"
        CLOSED = "closed", "Closed"
        REJECTED = "rejected", "Rejected"
        CANCELLED = "cancelled", "Cancelled"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")  # shipped from, comes back to
    customer = MasterKey("masterdata.Customer", related_name="returns")
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="returns")
    replacement = models.OneToOneField(
        "orders.SalesOrder", models.PROTECT, null=True, related_name="replaces"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    currency = models.CharField(max_length=3)  # the order's
    net = Money()  # at the price paid, before fees
    exceeds = models.CharField(max_length=200, blank=True, db_default="")  # which limit, in words
    note = models.CharField(max_length=400, blank=True, db_default="")
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True, db_default="")
    received_at = models.DateTimeField(null=True)  # the first goods
    inspected_at = models.DateTimeField(null=True)  # the last goods
    credited_at = models.DateTimeField(null=True)  # the last credit
    closed_at = models.DateTimeField(null=True)  # closed, rejected or cancelled
    closed_by = models.CharField(max_length=80, blank=True, db_default="")
    closing_reason = models.CharField(max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["CustomerReturn"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="return_number_unique"),
            models.CheckConstraint(
                condition=Q(exceeds="") | Q(approved_by="") | ~Q(approved_by=F("requested_by")),
                name="return_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("requested", "rejected", "cancelled")) | Q(approved_at__isnull=False),
                name="return_approved",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, state__in=("requested", "approved", "received", "inspected"))
                | Q(closed_at__isnull=False, state__in=("closed", "rejected", "cancelled")),
                name="return_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-requested_at", "-id"], name="return_newest"),
            models.Index(
                fields=["site", "state", "requested_at", "id"],
                name="return_open",
                condition=Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """What may come back of one shipment line, and how far it has come. Quantities in the stock unit."""

    rma = models.ForeignKey(CustomerReturn, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    shipment_line = models.ForeignKey("inventory.ShipmentLine", models.PROTECT, related_name="return_lines")
    order_line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="return_lines")
    item = MasterKey("masterdata.Item", related_name="+")
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=14, choices=Reason.choices)
    quantity = Quantity()  # authorised
    cancelled = Quantity(default=0, db_default=0)  # of quantity, will not come
    received = Quantity(default=0, db_default=0)
    excess = Quantity(default=0, db_default=0)  # set aside at the dock, beyond what is authorised
    disposed = Quantity(default=0, db_default=0)
    creditable = Quantity(default=0, db_default=0)  # of disposed, as inspected
    credited = Quantity(default=0, db_default=0)
    net = Money()  # price paid for `quantity`
    kits = Quantity(
        null=True
    )  # of a component: how many kits of the order line `quantity` stands for (ADR 18)
    fee_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)

    class Meta:
        ordering = ["rma", "line"]
        constraints = [
            models.UniqueConstraint(fields=["rma", "line"], name="return_line_unique"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gt=0,
                    cancelled__gte=0,
                    received__gte=0,
                    received__lte=F("quantity") - F("cancelled"),
                    excess__gte=0,
                ),
                name="return_line_received",
            ),
            models.CheckConstraint(
                condition=Q(disposed__gte=0, disposed__lte=F("received")), name="return_line_disposed"
            ),
            models.CheckConstraint(
                condition=Q(creditable__gte=0, creditable__lte=F("disposed")), name="return_line_creditable"
            ),
            models.CheckConstraint(
                condition=Q(credited__gte=0, credited__lte=F("creditable")), name="return_line_credited"
            ),
            models.CheckConstraint(
                condition=Q(fee_percent__gte=0, fee_percent__lte=100), name="return_line_fee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rma_id}/{self.line}"


class ReturnReceipt(models.Model):
    """One line's goods as they were counted at the dock: in inspection until they are disposed."""

    rma = models.ForeignKey(CustomerReturn, models.PROTECT, related_name="receipts")
    line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="receipts")
    bin = models.ForeignKey("masterdata.Bin", models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = Quantity()
    disposed = Quantity(default=0, db_default=0)
    value = Money()  # what they had left with
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, disposed__gte=0, disposed__lte=F("quantity")),
                name="return_receipt_bounded",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ReturnDisposition(models.Model):
    """What was decided about a quantity in inspection. Append-only: a disposition is followed, not changed."""

    append_only: ClassVar = True

    class Kind(models.TextChoices):
        RESTOCK = "restock", "Restock"
        QUARANTINE = "quarantine", "Quarantine"
        REPAIR = "repair", "Repair"
        VENDOR = "vendor", "Return to vendor"
        SCRAP = "scrap", "Scrap"

    rma = models.ForeignKey(CustomerReturn, models.PROTECT, related_name="dispositions")
    line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="dispositions")
    receipt = models.ForeignKey(ReturnReceipt, models.PROTECT, related_name="dispositions", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    bin = models.ForeignKey(
        "masterdata.Bin", models.PROTECT, null=True, related_name="+", db_index=False
    )  # null: scrapped
    quantity = Quantity()
    creditable = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    disposed_at = models.DateTimeField()
    disposed_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_disposition_positive"),
            models.CheckConstraint(
                condition=Q(kind="scrap", bin=None) | ~Q(kind="scrap") & Q(bin__isnull=False),
                name="return_disposition_bin",
            ),
            models.CheckConstraint(
                condition=Q(creditable=True) | ~Q(note=""), name="return_disposition_refusal_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}: {self.get_kind_display()}"


class CarrierClaim(models.Model):
    """What we want back from the carrier for goods damaged on the way (RM03). Money in the return's currency."""

    SCOPE: ClassVar = {"company": "rma__company_id", "site": "rma__site_id"}
    READ: ClassVar = (VIEW_RETURN,)

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PAID = "paid", "Paid"
        DENIED = "denied", "Denied"

    rma = models.OneToOneField(CustomerReturn, models.PROTECT, related_name="claim")
    carrier_service = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    amount = Money()
    recovered = Money(default=0, db_default=0)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True, db_default="")
    reference = models.CharField(max_length=60, blank=True, db_default="")  # the carrier's

    objects = ScopedQuerySet["CarrierClaim"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, recovered__gte=0, recovered__lte=F("amount")),
                name="carrier_claim_recovered",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None, recovered=0)
                | Q(state="paid", settled_at__isnull=False, recovered__gt=0)
                | Q(state="denied", settled_at__isnull=False, recovered=0),
                name="carrier_claim_settled",
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], name="carrier_claim_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.rma_id}: {self.get_state_display()}"
