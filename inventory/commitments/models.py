"""Demand, supply and the one reservation between them (design.md 3 and 4)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.commitments.permissions import VIEW_ALLOCATION
from inventory.stock.models import Quantity


class SupplyMethod(models.TextChoices):
    """Where the goods of a demand come from (OC12). What is bought for one demand goes to no other."""

    STOCK = "stock", "From stock"
    SPECIAL = "special", "Special order"  # bought for it, received at its site, sent from there
    DROP = "drop", "Drop ship"  # bought for it, sent by the supplier to the customer


class DemandGroup(models.Model):
    """Demands that are delivered together: all a warehouse needs without knowing orders. A document has one for each
    site that its goods leave from."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="demand_groups")
    document = models.CharField(max_length=40)  # what asks, "SO-10482"
    party = MasterKey("masterdata.Party", null=True, related_name="+")  # null: a transfer between our sites
    ship_to = MasterKey("masterdata.ShipTo", null=True, related_name="+")
    carrier_service = models.CharField(max_length=40, blank=True)
    ship_rule = models.CharField(max_length=10)  # Customer.ShipRule
    minimum_fill_percent = models.PositiveSmallIntegerField(default=0, db_default=0)  # before anything ships
    maximum_shipments = models.PositiveSmallIntegerField(default=0, db_default=0)  # 0: any number
    has_line_rules = models.BooleanField(
        default=False, db_default=False
    )  # some demand has its own, or is of a kit
    version = models.PositiveIntegerField(default=1, db_default=1)  # of its ship rules
    minimum_life_days = models.PositiveSmallIntegerField(default=0)
    priority = models.PositiveSmallIntegerField()  # 1 first
    own_priority = models.BooleanField(default=False, db_default=False)  # goes before any allocation policy's
    ship_on = models.DateField()  # the site's date by whose cut-off it should leave
    created_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["DemandGroup"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "site"], name="group_of_document_and_site"),
        ]
        indexes = [
            models.Index(fields=["site", "ship_on"], name="group_site_ship_on"),
            models.Index(fields=["party"], name="group_party"),
        ]

    def __str__(self) -> str:
        return self.document


# Spelt the same in indexes, lists and statements: the planner keeps statistics of both (demand_differences).
OPEN = Q(GreaterThan(F("ordered") - F("shipped") - F("cancelled"), 0))
SHORT = Q(GreaterThan(F("ordered") - F("shipped") - F("cancelled") - F("reserved"), 0))
BOUGHT = ~Q(supply_method="stock")


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
    ship_rule = models.CharField(
        max_length=10, blank=True, db_default=""
    )  # partial, line, of a kit's components also parts; blank: the group's
    supply_method = models.CharField(
        max_length=7, choices=SupplyMethod.choices, default=SupplyMethod.STOCK, db_default="stock"
    )
    kit = models.BigIntegerField(null=True)  # demands of a group with the same number leave in whole kits
    kit_item = MasterKey("masterdata.Item", null=True, related_name="+")  # what such a kit is called
    per_kit = Quantity(null=True)  # of the item in one kit
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
                condition=Q(kit=None, kit_item=None, per_kit=None)
                | Q(kit__isnull=False, kit_item__isnull=False, per_kit__gt=0),
                name="demand_kit",
            ),
            models.CheckConstraint(
                condition=Q(ordered__gte=F("shipped") + F("cancelled") + F("reserved")), name="demand_bounded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "item"],
                name="demand_short",
                condition=SHORT,
            ),
            models.Index(
                fields=["promised_on"],
                name="demand_promised",
                condition=OPEN,
            ),
            models.Index(fields=["site", "item"], name="demand_bought", condition=BOUGHT & OPEN),
        ]

    def __str__(self) -> str:
        return f"{self.ordered} of {self.item_id}"


class Supply(models.Model):
    """A dated receipt to come: an open purchase order line or transfer line (later: an expected return)."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}

    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="supplies")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="supplies")
    document = models.CharField(max_length=40)  # "PO-17"
    expected = Quantity()
    received = Quantity(default=0)
    cancelled = Quantity(default=0)
    committed = Quantity(default=0)  # promised from what is still to come
    due_on = models.DateField()
    is_drop = models.BooleanField(
        default=False, db_default=False
    )  # comes to one customer's door: free for nobody else

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
        # What was bought for one order (OC12) may go to no other.
        EARMARKED = "earmarked", "Earmarked"

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="commitments", db_index=False)
    supply = models.ForeignKey(  # null: stock
        Supply, models.PROTECT, null=True, related_name="commitments", db_index=False
    )
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
        indexes = [
            # Without the rows of stock: a plan made while the table was small would look for a demand's among them all.
            models.Index(fields=["supply"], name="commitment_of_supply", condition=Q(supply__isnull=False)),
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
        REALLOCATED = "reallocated", "Stock shared anew"
        FREED = "freed", "Others need it no more"
        BLOCKED = "blocked", "Stock blocked"
        LOST = "lost", "Stock lost"
        FOUND = "found", "Stock found or released"

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


class AllocationPolicy(models.Model):
    """How customers of a class, at a site, for a class of items are served when stock is scarce (AT03).

    What is left empty holds for all; the most specific version in effect counts. A version never changes: a new
    one ends it.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_ALLOCATION,)

    class Method(models.TextChoices):
        IN_TURN = "turn", "In turn, oldest request first"
        FAIR = "fair", "Fair share of what everyone wants"

    class Stance(models.TextChoices):
        """What a re-allocation run may do to the promises of the class (AT07)."""

        WIN = "win", "Win: served before all others"
        GAIN = "gain", "Gain: keeps all, may get more"
        REDISTRIBUTE = "redistribute", "Redistribute: may get more or less"
        FILL = "fill", "Fill: may get less, never more"
        LOSE = "lose", "Lose: gives up all that others need"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, null=True, related_name="+")
    customer_class = models.ForeignKey(
        "masterdata.CustomerGroup", models.PROTECT, null=True, related_name="allocation_policies"
    )
    item_class = models.ForeignKey("masterdata.ItemClass", models.PROTECT, null=True, related_name="+")
    priority = models.PositiveSmallIntegerField()  # 1 first
    method = models.CharField(max_length=5, choices=Method.choices, default=Method.IN_TURN)
    stance = models.CharField(max_length=12, choices=Stance.choices, default=Stance.REDISTRIBUTE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["AllocationPolicy"].as_manager()

    class Meta:
        verbose_name_plural = "allocation policies"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "site", "customer_class", "item_class", "valid_from"],
                name="allocation_policy_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="allocation_policy_dates"
            ),
            models.CheckConstraint(condition=Q(priority__range=(1, 99)), name="allocation_policy_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.priority} {self.get_method_display()}"


class AllocationQuota(models.Model):
    """Stock of an item at a site that is kept for one class of customers until a day (AT03).

    What the class has taken since `starts_at` is not stored: it is the sum of its demands' reserved and shipped.
    """

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_ALLOCATION,)

    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="+")
    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="quotas")
    customer_class = models.ForeignKey("masterdata.CustomerGroup", models.PROTECT, related_name="quotas")
    quantity = Quantity()
    starts_at = models.DateTimeField()
    expires_on = models.DateField()  # from this day on nothing is kept any more
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=80)

    objects = ScopedQuerySet["AllocationQuota"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quota_quantity"),
            models.UniqueConstraint(
                fields=["site", "item", "customer_class"],
                condition=Q(ended_at=None),
                name="quota_open_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id} for {self.customer_class_id}"
