"""Changed prices as a proposal: uploaded, compared, approved by someone else, in force from a day, taken back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money
from masterdata.agreements.permissions import VIEW_PRICE


class PriceProposal(models.Model):
    """A batch of prices for one set. Money is in the set's currency."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PRICE,)

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waits for approval"
        REJECTED = "rejected", "Rejected"
        APPROVED = "approved", "Being written"
        APPLIED = "applied", "Approved"  # in force, or scheduled for its day
        REVERTING = "reverting", "Being taken back"
        REVERTED = "reverted", "Taken back"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    scope = models.ForeignKey("masterdata.PriceScope", models.PROTECT, related_name="proposals")
    title = models.CharField(max_length=120)
    file_name = models.CharField(max_length=120, blank=True)
    effective_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    line_count = models.PositiveIntegerField()  # rows that can be prices
    parked_count = models.PositiveIntegerField()  # rows that cannot
    impact = Money(default=0)  # what the last quarter's lines at these prices would have cost more
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.CharField(max_length=80, blank=True, db_default="")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=200, blank=True, db_default="")
    reverted_by = models.CharField(max_length=80, blank=True, db_default="")
    reverted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["PriceProposal"].as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("proposed_by")), name="price_proposal_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by="") | ~Q(state="proposed") & ~Q(decided_by=""),
                name="price_proposal_decided",
            ),
        ]
        indexes = [models.Index(fields=["company", "state", "-id"], name="price_proposal_open")]

    def __str__(self) -> str:
        return self.title


class PriceProposalLine(models.Model):
    """One row of the file: the price it wants beside the one it replaces, or why it cannot be one."""

    SCOPE: ClassVar = {"company": "proposal__company_id"}
    READ: ClassVar = (VIEW_PRICE,)

    proposal = models.ForeignKey(PriceProposal, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()  # its place in the file, as a spreadsheet counts
    said = models.CharField(max_length=200)  # the row as it came, for those that are parked
    problem = models.CharField(max_length=200, blank=True, db_default="")
    target = models.BigIntegerField(null=True)  # the item's id, or minus the class's
    item = models.ForeignKey("masterdata.Item", models.PROTECT, null=True, related_name="+")
    item_class = models.ForeignKey("masterdata.ItemClass", models.PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=10, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit = models.CharField(max_length=3, blank=True)
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    before_price_id = models.BigIntegerField(null=True)
    before_method = models.CharField(max_length=10, blank=True, db_default="")
    before_value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    before_unit = models.CharField(max_length=3, blank=True, db_default="")
    sold_lines = models.PositiveIntegerField(default=0, db_default=0)  # of the last quarter, at this price
    impact = Money(default=0, db_default=0)
    price_id = models.BigIntegerField(null=True)  # the price it became

    objects = ScopedQuerySet["PriceProposalLine"].as_manager()

    class Meta:
        ordering = ["proposal", "row"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "row"], name="price_proposal_line_unique"),
            models.UniqueConstraint(
                fields=["proposal", "target", "min_quantity"],
                condition=Q(problem=""),
                name="price_proposal_line_once",
            ),
            models.CheckConstraint(
                condition=~Q(problem="") | Q(target__isnull=False, value__gte=0),
                name="price_proposal_line_sound",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.row}"
