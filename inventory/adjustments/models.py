"""Changes of stock that no other document stands behind: of its status, and of how much there is (IV03, IV09)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity, Status
from inventory.stock.permissions import VIEW_STOCK


class StatusChange(models.Model):
    """Goods of one site that got another status in one step. What moved stands in the posting."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="status_changes")
    target = models.CharField(max_length=12, choices=Status.choices, blank=True)  # blank: several
    row_count = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    posting_id = models.BigIntegerField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    changed_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    objects = ScopedQuerySet["StatusChange"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="status_change_number_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="status_change_reason"),
        ]
        indexes = [models.Index(fields=["site", "-changed_at", "-id"], name="status_change_newest")]

    def __str__(self) -> str:
        return self.number


class Reason(models.TextChoices):
    """Why there is more or less of something than the ledger says; the books have an account for each."""

    FOUND = "found", "Found"
    LOST = "lost", "Lost"
    DAMAGED = "damaged", "Damaged beyond use"
    EXPIRED = "expired", "Expired and disposed of"
    COUNT = "count", "Count difference"
    OWN_USE = "own_use", "Own use or sample"
    CORRECTION = "correction", "Correction of an entry"


class Adjustment(models.Model):
    """More or less of one item in one place. Within the limits of who asks it is posted at once, else it waits.

    `quantity` is signed, in the stock unit; `value` in the company's currency: as posted, or while it waits at the
    average of the day it was proposed. `held` is what the place held before.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    class State(models.TextChoices):
        WAITING = "waiting", "To approve"
        POSTED = "posted", "Posted"
        REFUSED = "refused", "Refused"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="adjustments")
    item = MasterKey("masterdata.Item", related_name="adjustments")
    bin = models.ForeignKey("masterdata.Bin", models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(max_length=12, choices=Status.choices)
    quantity = Quantity()
    value = Money()
    held = Quantity()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    beyond = models.CharField(max_length=200, blank=True)  # which limit it exceeds, in words
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)  # blank: within the limits of who asked
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)
    posting_id = models.BigIntegerField(null=True)

    objects = ScopedQuerySet["Adjustment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="adjustment_number_unique"),
            models.CheckConstraint(condition=~Q(quantity=0), name="adjustment_quantity"),
            models.CheckConstraint(
                condition=Q(state="posted", posting_id__isnull=False)
                | ~Q(state="posted") & Q(posting_id=None),
                name="adjustment_posted",
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | ~Q(decided_by=F("proposed_by")), name="adjustment_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | Q(beyond="") | ~Q(decided_by=""), name="adjustment_approved"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decided_by="") & ~Q(decision_note=""),
                name="adjustment_refused",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "id"], name="adjustment_waiting", condition=Q(state="waiting")),
            models.Index(fields=["site", "reason", "proposed_at"], name="adjustment_causes"),
            models.Index(fields=["item", "bin", "proposed_at"], name="adjustment_place"),
        ]

    def __str__(self) -> str:
        return self.number
