"""Transfers between sites of one company: one document for both ends, what is on its way, and what did not arrive."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet, access_of
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity
from inventory.transfers.permissions import REBALANCE, VIEW_TRANSFER


class TransferQuerySet(ScopedQuerySet["TransferOrder"]):
    def visible_to(self, user: Any) -> Self:
        """Both ends see the one document."""
        access = access_of(user).holding(VIEW_TRANSFER)
        here = super().visible_to(user)
        sites = access.scopes.get("site")
        return here if access.everywhere or not sites else here | self.filter(to_site__in=sites)


class TransferOrder(models.Model):
    """Goods that go from one site to another of the same company. Its state is what has happened to it, in this order.

    `value`: of all its lines at the average cost of the site that gives them, when it was asked for and when it was
    approved; company currency.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_TRANSFER,)

    class State(models.TextChoices):
        REQUESTED = "requested", "To approve"
        APPROVED = "approved", "To ship"
        SHIPPED = "shipped", "In transit"
        RECEIVED = "received", "Received"
        REFUSED = "refused", "Refused"
        CANCELLED = "cancelled", "Cancelled"

    class Reason(models.TextChoices):
        DEMAND = "demand", "An order waits for it"
        REBALANCE = "rebalance", "Too much here, missing there"
        REPLENISH = "replenish", "Stock is filled up"
        OTHER = "other", "Other"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="transfers_out")
    to_site = MasterKey("masterdata.Site", related_name="transfers_in")
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField(max_length=9, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True)
    needed_on = models.DateField()  # at `to_site`
    due_on = models.DateField(null=True)  # when it is in stock there; known once it is approved
    value = Money()
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)  # why it was refused or cancelled
    group = models.OneToOneField(
        "inventory.DemandGroup", models.PROTECT, null=True, related_name="transfer"
    )  # its demands at `site`; null: nothing is reserved
    transit_bin = models.ForeignKey("masterdata.Bin", models.PROTECT, null=True, related_name="+")
    carrier = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    shipped_at = models.DateTimeField(null=True)  # the first time
    received_at = models.DateTimeField(null=True)  # when nothing was expected any more
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="transfer_number_unique"),
            models.CheckConstraint(condition=~Q(site=F("to_site")), name="transfer_two_sites"),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "shipped", "received")) | Q(group__isnull=False),
                name="transfer_reserved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("shipped", "received"))
                | Q(shipped_at__isnull=False, transit_bin__isnull=False),
                name="transfer_shipped_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "cancelled")) | ~Q(decision_note=""),
                name="transfer_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "state", "id"], name="transfer_out"),
            models.Index(fields=["to_site", "state", "id"], name="transfer_in"),
        ]

    def __str__(self) -> str:
        return self.number


class TransferLine(models.Model):
    """One item of a transfer, in its stock unit; `entered` in `unit` is what was typed.

    On its way is what was shipped and neither received nor missing. `received` counts what was found later.
    """

    order = models.ForeignKey(TransferOrder, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    item = MasterKey("masterdata.Item", related_name="+")
    quantity = Quantity()
    entered = Quantity()
    unit = MasterKey("masterdata.Unit", related_name="+")
    wanted_by = models.ForeignKey(
        "inventory.Demand", models.PROTECT, null=True, related_name="transfer_lines"
    )  # who is promised it first at the site that gets it
    demand = models.OneToOneField(
        "inventory.Demand", models.PROTECT, null=True, related_name="transfer_line"
    )  # what is reserved for it
    supply = models.OneToOneField("inventory.Supply", models.PROTECT, null=True, related_name="transfer_line")
    shipped = Quantity(default=0)
    cancelled = Quantity(default=0)  # will not be shipped any more
    received = Quantity(default=0)
    missing = Quantity(default=0)  # did not arrive, and was not found since

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "line"], name="transfer_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, entered__gt=0, shipped__gte=0, cancelled__gte=0)
                & Q(quantity__gte=F("shipped") + F("cancelled")),
                name="transfer_line_shipped",
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0, missing__gte=0, shipped__gte=F("received") + F("missing")),
                name="transfer_line_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"


class TransferContent(models.Model):
    """What was shipped of one line in one lot (null: none), and what became of it."""

    line = models.ForeignKey(TransferLine, models.PROTECT, related_name="contents")
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    shipped = Quantity()
    received = Quantity(default=0)
    missing = Quantity(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "lot"], name="transfer_content_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(shipped__gt=0, received__gte=0, missing__gte=0)
                & Q(shipped__gte=F("received") + F("missing")),
                name="transfer_content_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipped} of line {self.line_id}"

    @property
    def expected(self) -> Decimal:
        return self.shipped - self.received - self.missing


class TransferDifference(models.Model):
    """Goods that were shipped and did not arrive as they should: in transit, with an owner, until they are cleared.

    Found goods are received. The rest leaves stock by an adjustment, within its limits or by another person's word; a
    claim on the carrier is coded with it.
    """

    class Kind(models.TextChoices):
        SHORT = "short", "Short"
        DAMAGED = "damaged", "Damaged"
        LOST = "lost", "Lost in transit"

    class Outcome(models.TextChoices):
        FOUND = "found", "Found"
        WRITTEN_OFF = "written_off", "Written off"
        CLAIMED = "claimed", "Claimed from the carrier"

    order = models.ForeignKey(TransferOrder, models.PROTECT, related_name="differences")
    content = models.ForeignKey(TransferContent, models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    quantity = Quantity()
    found = Quantity(default=0)
    note = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=80)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)
    adjustment = models.OneToOneField(
        "inventory.Adjustment", models.PROTECT, null=True, related_name="transfer_difference"
    )  # by which the rest leaves stock; while it waits for approval, or is refused, nothing is cleared
    claim_reference = models.CharField(max_length=60, blank=True)
    cleared_by = models.CharField(max_length=80, blank=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, found__gte=0, found__lte=F("quantity")),
                name="transfer_difference_found",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", adjustment=None)
                | Q(outcome="found", adjustment=None, found=F("quantity"))
                | Q(outcome__in=("written_off", "claimed"), adjustment__isnull=False),
                name="transfer_difference_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="claimed") | ~Q(claim_reference=""), name="transfer_difference_claim"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="transfer_difference_open", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.content_id}"


class RebalanceProposal(models.Model):
    """What one site has too much of and another misses, and what moving it would make better (TR02).

    `lines` demands get `quantity` sooner, `on_time` of them in time; `value` is that quantity at the giving site's
    average cost, `freight` what the tariff of the day says; company currency.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (REBALANCE,)

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DISMISSED = "dismissed", "Dismissed"
        GONE = "gone", "Not needed any more"

    company = MasterKey("masterdata.Company", related_name="+")
    item = MasterKey("masterdata.Item", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    to_site = MasterKey("masterdata.Site", related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    quantity = Quantity()
    lines = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    days_earlier = models.PositiveIntegerField()  # the sum over its lines; without a date it counts none
    undated = models.PositiveIntegerField()  # lines of these that had no date at all
    value = Money()
    freight = Money(null=True)  # null: no tariff leads there
    arrives_on = models.DateField()
    why = models.JSONField()
    computed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)
    transfer = models.ForeignKey(TransferOrder, models.PROTECT, null=True, related_name="proposals")

    objects = ScopedQuerySet["RebalanceProposal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "site", "to_site"], condition=Q(state="open"), name="rebalance_open_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, lines__gt=0), name="rebalance_positive"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(transfer__isnull=False), name="rebalance_accepted"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(decision_note=""), name="rebalance_dismissed"
            ),
        ]
        indexes = [models.Index(fields=["company", "state", "id"], name="rebalance_queue")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"
