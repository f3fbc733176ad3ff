"""Putaway: goods that stand in a receiving bin, who takes them where, and by when (WH03, WH11)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.putaway.permissions import VIEW_PUTAWAY
from inventory.stock.models import Quantity, Status


class PutawayTask(models.Model):
    """Goods of one receipt line in a receiving bin that are to be put away, in the item's stock unit.

    They may be promised and picked where they stand: what a picker takes is not put away any more. So a task is done
    when everything was moved, or when no more of it is there that no pick is bound to.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_PUTAWAY,)

    class State(models.TextChoices):
        OPEN = "open", "To put away"
        DONE = "done", "Put away"
        CLOSED = "closed", "Closed without"

    class Why(models.TextChoices):
        """Why a bin is proposed."""

        SAME_ITEM = "same_item", "The item lies there already"
        EMPTY = "empty", "The next empty bin"
        NO_BIN = "no_bin", "No bin fits: choose one"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="putaway_tasks")
    source = models.CharField(max_length=40)  # the document's kind, "inventory.receipt"
    source_id = models.BigIntegerField()
    document = models.CharField(max_length=20)  # its number
    item = MasterKey("masterdata.Item", related_name="+")
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(max_length=12, choices=Status.choices)
    bin = MasterKey("masterdata.Bin", related_name="putaway_tasks")  # where they stand
    quantity = Quantity()
    moved = Quantity(default=0)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    priority = models.PositiveSmallIntegerField(default=50)  # the lowest goes first
    owner = models.CharField(max_length=80, blank=True)  # who does it; blank: whoever comes first
    proposed = MasterKey("masterdata.Bin", null=True, related_name="+")  # when its owner began
    why = models.CharField(max_length=9, choices=Why.choices, blank=True)
    put_into = MasterKey("masterdata.Bin", null=True, related_name="+")  # where the last of it went
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was closed without

    objects = ScopedQuerySet["PutawayTask"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="putaway_number_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, moved__gte=0, moved__lte=F("quantity")), name="putaway_moved"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None, ended_by="", moved__lt=F("quantity"))
                | Q(~Q(state="open"), ~Q(ended_by=""), ended_at__isnull=False),
                name="putaway_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(reason="") | ~Q(state="closed") & Q(reason=""),
                name="putaway_closed_why",
            ),
            models.CheckConstraint(
                condition=Q(moved=0, put_into=None) | Q(moved__gt=0, put_into__isnull=False),
                name="putaway_put_into",
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "priority", "due_at", "id"], name="putaway_open", condition=Q(state="open")
            ),
            models.Index(fields=["source", "source_id"], name="putaway_of_source"),
        ]

    def __str__(self) -> str:
        return self.number
