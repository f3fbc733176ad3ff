"""All open work of the floor as one table, and who was given work whose document has no owner (WH11)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.tasks.permissions import VIEW_TASKS


class Kind(models.TextChoices):
    UNLOAD = "unload", "Unload"
    PUTAWAY = "putaway", "Put away"
    PICK = "pick", "Pick"
    COUNT = "count", "Count"


class Task(models.Model):
    """One thing that somebody on the floor is to do now: read where it is kept, never copied.

    A view of open putaways, counts, shipments to pick and deliveries being unloaded. What is done is not in it any
    more. `source_id` is the document's id, of which and of its kind `id` is made.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_TASKS,)

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    source_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    zone = MasterKey("masterdata.Zone", null=True, related_name="+")  # null: all over the site
    what = models.CharField(max_length=250)
    place = models.CharField(max_length=20)  # the bin to go to first
    owner = models.CharField(max_length=80)  # blank: whoever comes first
    priority = models.SmallIntegerField()  # the lowest goes first
    since = models.DateTimeField()
    due_at = models.DateTimeField()

    objects = ScopedQuerySet["Task"].as_manager()

    class Meta:
        managed = False
        db_table = "inventory_task"

    def __str__(self) -> str:
        return self.number


class TaskAssignment(models.Model):
    """Who was given a pick, a count or a delivery, and how urgent it is; putaway tasks say so themselves."""

    kind = models.CharField(max_length=7, choices=Kind.choices)
    source_id = models.BigIntegerField()
    owner = models.CharField(max_length=80, blank=True)
    priority = models.PositiveSmallIntegerField(null=True)  # null: as the document says
    assigned_by = models.CharField(max_length=80)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="task_assignment_unique"),
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__range=(1, 99)), name="task_assignment_priority"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}: {self.owner}"
