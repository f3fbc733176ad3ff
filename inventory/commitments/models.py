"""Demand, supply and the one reservation between them (design.md 3 and 4)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Quantity


class DemandGroup(models.Model):
    """Demands that are delivered together: all a warehouse needs without knowing orders."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="demand_groups")
    document = models.CharField(max_length=40)  # what asks, "SO-10482"
    party = MasterKey("masterdata.Party", related_name="+")
    ship_to = MasterKey("masterdata.ShipTo", null=True, related_name="+")
    carrier_service = models.CharField(max_length=40, blank=True)
    ship_rule = models.CharField(max_length=10)  # Customer.ShipRule
    minimum_life_days = models.PositiveSmallIntegerField(default=0)
    priority = models.PositiveSmallIntegerField()  # 1 first
    ship_on = models.DateField()  # the site's date by whose cut-off it should leave
    created_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["DemandGroup"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["site", "ship_on"], name="group_site_ship_on"),
            models.Index(fields=["document"], name="group_document"),
        ]

    def __str__(self) -> str:
        return self.document


class Demand(models.Model):
    """A quantity of an item wanted at a site by a date, and what has happened to it. In the stock unit."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}

    group = models.ForeignKey(DemandGroup, models.PROTECT, related_name="demands")
    item = MasterKey("masterdata.Item", related_name="demands", db_index=True)
    site = MasterKey("masterdata.Site", related_name="demands")
    ordered = Quantity()
    reserved = Quantity(default=0)  # from stock, not yet shipped
    picked = Quantity(default=0)
    shipped = Quantity(default=0)
    cancelled = Quantity(default=0)
    requested_on = models.DateField()
    first_promised_on = models.DateField(null=True)  # never overwritten
    promised_on = models.DateField(null=True)  # null: no supply known

    objects = ScopedQuerySet["Demand"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ordered__gt=0), name="demand_ordered"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, picked__gte=0, shipped__gte=0, cancelled__gte=0),
                name="demand_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(picked__lte=F("reserved") + F("shipped")), name="demand_picked"
            ),
            models.CheckConstraint(
                condition=Q(ordered__gte=F("shipped") + F("cancelled") + F("reserved")), name="demand_bounded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "item"],
                name="demand_short",
                condition=Q(ordered__gt=F("shipped") + F("cancelled") + F("reserved")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordered} of {self.item_id}"


class Supply(models.Model):
    """A dated receipt to come: an open purchase order line (later: a transfer leg, an expected return)."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}

    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="supplies")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="supplies")
    document = models.CharField(max_length=40)  # "PO-17"
    expected = Quantity()
    received = Quantity(default=0)
    cancelled = Quantity(default=0)
    committed = Quantity(default=0)  # promised from what is still to come
    due_on = models.DateField()

    objects = ScopedQuerySet["Supply"].as_manager()

    class Meta:
        verbose_name_plural = "supplies"
        constraints = [
            models.CheckConstraint(
                condition=Q(expected__gt=0, received__gte=0, cancelled__gte=0, committed__gte=0),
                name="supply_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(expected__gte=F("received") + F("cancelled") + F("committed")),
                name="supply_bounded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "site", "due_on"],
                name="supply_open",
                condition=Q(expected__gt=F("received") + F("cancelled")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.expected} from {self.document}"


class Commitment(models.Model):
    """A promise of one supply, or of stock, to one demand. Open rows only: what is consumed or let go is gone."""

    class Kind(models.TextChoices):
        SOFT = "soft", "Promised"
        EARMARKED = "earmarked", "Earmarked"  # may not be taken by another demand

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="commitments", db_index=False)
    supply = models.ForeignKey(Supply, models.PROTECT, null=True, related_name="commitments")  # null: stock
    quantity = Quantity()
    promised_on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SOFT)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="commitment_quantity"),
            models.UniqueConstraint(
                fields=["demand", "supply"], name="commitment_unique", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.demand_id}"


class PromiseEvent(models.Model):
    """One change of a promised date, with its cause. Append-only."""

    append_only: ClassVar = True

    class Cause(models.TextChoices):
        FIRST = "first", "First promise"
        RECEIPT = "receipt", "Goods received"
        SHORT_PICK = "short_pick", "Short at picking"
        AMENDED = "amended", "Order changed"
        CANCELLED = "cancelled", "Cancelled"
        RESOURCED = "resourced", "Supply changed"

    demand_id = models.BigIntegerField()
    old_on = models.DateField(null=True)
    new_on = models.DateField(null=True)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    actor = models.CharField(max_length=80)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["demand_id", "id"], name="promise_of_demand")]

    def __str__(self) -> str:
        return f"{self.old_on} to {self.new_on}: {self.get_cause_display()}"
