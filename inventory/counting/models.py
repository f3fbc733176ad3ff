"""Cycle counts: which bin, by whom, and what was found against what the ledger said at that moment (CC01, CC02)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Quantity
from inventory.stock.permissions import VIEW_STOCK

OPEN = ("open", "recount")


class CountClass(models.TextChoices):
    """By the value that lies there: what is worth most is counted most often."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class CountTask(models.Model):
    """One bin to be counted, blind. A difference beyond the class's tolerance is counted again by someone else."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    class Trigger(models.TextChoices):
        CLASS = "class", "By class"
        RANDOM = "random", "Drawn by lot"
        SHORT_PICK = "short_pick", "Short pick"
        ASKED = "asked", "Asked for"

    class State(models.TextChoices):
        OPEN = "open", "To count"
        RECOUNT = "recount", "To count again"
        DONE = "done", "Counted"
        CANCELLED = "cancelled", "Cancelled"

    class Cause(models.TextChoices):
        """Why the ledger was wrong."""

        UNKNOWN = "unknown", "Not known"
        MISPICK = "mispick", "Picked wrongly"
        MISPUT = "misput", "Put into the wrong bin"
        RECEIPT = "receipt", "Received wrongly"
        DAMAGE = "damage", "Damaged and thrown away"
        ENTRY = "entry", "Entered wrongly"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="count_tasks")
    bin = models.ForeignKey("masterdata.Bin", models.PROTECT, related_name="count_tasks", db_index=False)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    count_class = models.CharField(max_length=1, choices=CountClass.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    planned_on = models.DateField()  # the site's day
    planned_at = models.DateTimeField()
    first_by = models.CharField(max_length=80, blank=True)
    second_by = models.CharField(max_length=80, blank=True)
    cause = models.CharField(max_length=8, choices=Cause.choices, blank=True)  # blank: nothing differed
    accurate = models.BooleanField(null=True)  # every line within tolerance at the first count
    closed_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet["CountTask"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="count_task_number_unique"),
            models.UniqueConstraint(
                fields=["bin"], condition=Q(state__in=OPEN), name="count_task_one_open_per_bin"
            ),
            models.CheckConstraint(
                condition=Q(second_by="") | ~Q(second_by=F("first_by")), name="count_task_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "cancelled")) | Q(closed_at__isnull=False),
                name="count_task_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["bin", "-closed_at"], name="count_task_of_bin"),
            models.Index(fields=["site", "planned_on", "id"], name="count_task_by_day"),
        ]

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """What one person found of one item (and lot) in the bin, and what the ledger said at that moment."""

    task = models.ForeignKey(CountTask, models.PROTECT, related_name="lines")
    turn = models.PositiveSmallIntegerField()  # 1, or 2 for the second person's
    item = MasterKey("masterdata.Item", related_name="+")
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    counted = Quantity()
    ledger = Quantity()
    counted_at = models.DateTimeField()
    bound = Quantity(
        default=0, db_default=0
    )  # of what is missing: in the hands of picks, which will be short

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "turn", "item", "lot"], name="count_line_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(counted__gte=0, ledger__gte=0, bound__gte=0), name="count_line_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counted} of {self.item_id}"


class CountPlan(models.Model):
    """What one day's plan found at a site, by class: bins with goods, and those counted within their days."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="+")
    count_class = models.CharField(max_length=1, choices=CountClass.choices)
    planned_on = models.DateField()
    bin_count = models.PositiveIntegerField()
    covered_count = models.PositiveIntegerField()

    objects = ScopedQuerySet["CountPlan"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "planned_on", "count_class"], name="count_plan_unique"),
            models.CheckConstraint(condition=Q(covered_count__lte=F("bin_count")), name="count_plan_covered"),
        ]

    def __str__(self) -> str:
        return f"{self.count_class} {self.planned_on}"
