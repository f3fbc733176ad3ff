"""How items are stocked, what is expected of them, and what is proposed to buy or to move (PU01 to PU04)."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.replenishment.permissions import VIEW_PLAN
from inventory.stock.models import Money, Quantity


class Percent(models.DecimalField):
    """A share in percent; errors of forecasts may be many times what was wanted."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 2, **options})


class Stocking(models.TextChoices):
    """Whether a site keeps an item."""

    STOCKED = "stocked", "Stocked"
    NON_STOCK = "non_stock", "Not kept"  # nothing is proposed
    ORDER_ONLY = "order_only", "To order only"  # what waits is bought, nothing more
    HUB_ONLY = "hub_only", "At the hub only"  # what waits comes from there, nothing more


class Method(models.TextChoices):
    """When stock is filled up, and to where."""

    REORDER_POINT = "reorder_point", "Reorder point"
    MIN_MAX = "min_max", "Minimum and maximum"
    EOQ = "eoq", "Economic order quantity"
    ORDER_UP_TO = "order_up_to", "Order up to a level"


class StockingPolicy(models.Model):
    """How an item, or a class of them, is kept at one site or at all sites of a company.

    The most specific one counts, as a whole: of an item before its class, of the nearest class, of a site before all
    sites. What it leaves empty follows the house's policies, as does every item that none is for. Quantities are in
    the item's stock unit.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_PLAN,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, null=True, related_name="+")
    item_class = models.ForeignKey("masterdata.ItemClass", models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey("masterdata.Item", models.PROTECT, null=True, related_name="stocking_policies")
    stocking = models.CharField(max_length=10, choices=Stocking.choices, default=Stocking.STOCKED)
    method = models.CharField(max_length=13, choices=Method.choices, blank=True)
    service_level = Percent(max_digits=5, null=True)
    minimum = Quantity(null=True)
    maximum = Quantity(null=True)
    order_quantity = Quantity(null=True)  # of one order, by the methods with a reorder point
    order_minimum = Quantity(null=True)  # never bought in less
    order_multiple = Quantity(null=True)  # bought in whole multiples
    reviewer = models.CharField(max_length=80, blank=True)
    review_on = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["StockingPolicy"].as_manager()

    class Meta:
        verbose_name = "stocking policy"
        verbose_name_plural = "stocking policies"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "site", "item_class", "item"],
                name="stocking_policy_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(item=None, item_class__isnull=False) | Q(item__isnull=False, item_class=None),
                name="stocking_policy_item_or_class",
            ),
            models.CheckConstraint(
                condition=Q(service_level=None) | Q(service_level__range=(50, Decimal("99.99"))),
                name="stocking_policy_service_level",
            ),
            models.CheckConstraint(
                condition=(Q(minimum=None) | Q(minimum__gte=0))
                & (Q(maximum=None) | Q(minimum__isnull=False, maximum__gte=F("minimum"))),
                name="stocking_policy_bounds",
            ),
            models.CheckConstraint(
                condition=(Q(order_quantity=None) | Q(order_quantity__gt=0))
                & (Q(order_minimum=None) | Q(order_minimum__gt=0))
                & (Q(order_multiple=None) | Q(order_multiple__gt=0)),
                name="stocking_policy_orders",
            ),
            models.CheckConstraint(
                condition=Q(review_on=None) | ~Q(reviewer=""), name="stocking_policy_reviewer"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="stocking_policy_reason"),
        ]
        indexes = [models.Index(fields=["review_on"], name="stocking_policy_review")]

    def __str__(self) -> str:
        return f"{self.item or self.item_class} at {self.site or self.company}"


class DemandForecast(models.Model):
    """What is expected of an item at a site, by its own history; written anew when that has changed.

    `history`: {"from": first month, "values": [...]}, whole months up to `through`. `ahead`: the months that follow.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_PLAN,)

    company = MasterKey("masterdata.Company", related_name="+")
    item = MasterKey("masterdata.Item", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    history = models.JSONField()
    through = models.DateField()  # first day of the last whole month
    method = models.CharField(max_length=14)
    ahead = models.JSONField()
    monthly = Quantity()  # the first month to come
    sigma = Quantity()
    wape = Percent(null=True)
    bias = Percent(null=True)
    naive_wape = Percent(null=True)
    naive_bias = Percent(null=True)
    holdout = models.PositiveSmallIntegerField()  # months on which the methods were compared
    computed_at = models.DateTimeField()

    objects = ScopedQuerySet["DemandForecast"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "site"], name="demand_forecast_unique"),
            models.CheckConstraint(
                condition=Q(monthly__gte=0, sigma__gte=0), name="demand_forecast_positive"
            ),
        ]
        indexes = [models.Index(fields=["site", "-monthly", "-id"], name="demand_forecast_busiest")]

    def __str__(self) -> str:
        return f"{self.monthly} of {self.item_id} a month"


class ReplenishmentProposal(models.Model):
    """What a run proposes to buy or to move for a site, with everything that it follows from (proof S30).

    `quantity` and all that leads to it are in the item's stock unit; what a planner made of it is `edited_quantity`,
    which later runs leave alone. `unit_cost` is per `unit`, in which it is bought. An order takes the edited quantity.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_PLAN,)
    OPEN: ClassVar = ("open", "waiting")

    class Kind(models.TextChoices):
        BUY = "buy", "Buy"
        MOVE = "move", "Move"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        WAITING = "waiting", "Second approval"
        ORDERED = "ordered", "Ordered"
        DISMISSED = "dismissed", "Dismissed"
        GONE = "gone", "Not needed any more"
        EXPIRED = "expired", "Expired"

    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    item = MasterKey("masterdata.Item", related_name="+")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    from_site = MasterKey("masterdata.Site", null=True, related_name="+")
    supplier = MasterKey("masterdata.Supplier", null=True, related_name="+")  # null: nobody is known
    chosen_supplier = MasterKey(
        "masterdata.Supplier", null=True, related_name="+"
    )  # by a planner, for runs to keep
    unit = MasterKey("masterdata.Unit", related_name="+")
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)
    quantity = Quantity()
    edited_quantity = Quantity(null=True)
    edited_by = models.CharField(max_length=80, blank=True)
    edit_note = models.CharField(max_length=200, blank=True)
    outlived = models.BooleanField(default=False)  # edited, and the last run would propose it no more
    value = Money()  # of what would be ordered, company currency
    due_on = models.DateField()
    # What it follows from.
    stocking = models.CharField(max_length=10, choices=Stocking.choices)
    method = models.CharField(max_length=13, choices=Method.choices)
    forecast_method = models.CharField(max_length=14, blank=True)
    monthly = Quantity()  # expected, over the days covered
    sigma = Quantity()
    wape = Percent(null=True)
    naive_wape = Percent(null=True)
    bias = Percent(null=True)
    service_level = Percent(max_digits=5)
    z = models.DecimalField(max_digits=6, decimal_places=4)
    lead_time_days = models.PositiveSmallIntegerField()
    interval_days = models.PositiveSmallIntegerField()  # covered: lead time and review
    expected = Quantity()
    known = Quantity()  # ordered for these days already
    safety_stock = Quantity()
    minimum = Quantity(null=True)
    maximum = Quantity(null=True)
    lot = Quantity()  # an order of the methods with a reorder point; 0: none
    trigger = Quantity()
    target = Quantity()
    available = Quantity()
    on_order = Quantity()
    in_transit = Quantity()
    reserved = Quantity()
    backorders = Quantity()
    dependent = Quantity()  # what other sites ask of this one
    position = Quantity()
    need = Quantity()
    free = Quantity(null=True)  # at the hub, for this site; null: it is bought
    order_minimum = Quantity(null=True)
    order_multiple = Quantity(null=True)
    # What becomes of it.
    computed_at = models.DateTimeField()
    expires_on = models.DateField()  # the last day on which it stands
    first_by = models.CharField(max_length=80, blank=True)  # who approved it beyond their limit
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)
    purchase_order = models.ForeignKey(
        "inventory.PurchaseOrder", models.PROTECT, null=True, related_name="replenishments"
    )
    transfer = models.ForeignKey(
        "inventory.TransferOrder", models.PROTECT, null=True, related_name="replenishments"
    )
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["ReplenishmentProposal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "site", "kind"],
                condition=Q(state__in=("open", "waiting")),
                name="replenishment_open_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(edited_quantity=None) | Q(edited_quantity__gt=0)),
                name="replenishment_positive",
            ),
            models.CheckConstraint(
                condition=Q(kind="buy", from_site=None, free=None)
                | Q(kind="move", from_site__isnull=False, supplier=None, free__isnull=False)
                & ~Q(from_site=F("site")),
                name="replenishment_source",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(kind="buy") & ~Q(first_by=""), name="replenishment_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="ordered", kind="buy", purchase_order__isnull=False, transfer=None)
                | Q(state="ordered", kind="move", purchase_order=None, transfer__isnull=False)
                | ~Q(state="ordered") & Q(purchase_order=None, transfer=None),
                name="replenishment_ordered",
            ),
            models.CheckConstraint(
                condition=~Q(state="ordered") | ~Q(decided_by=F("first_by")), name="replenishment_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(decision_note=""), name="replenishment_dismissed"
            ),
        ]
        indexes = [
            models.Index(fields=["site", "state", "due_on", "id"], name="replenishment_queue"),
            models.Index(fields=["company", "state", "expires_on"], name="replenishment_expiring"),
            models.Index(fields=["item", "site", "-id"], name="replenishment_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id} for {self.site_id}"

    @property
    def wanted(self) -> Decimal:
        """What would be ordered, in the stock unit."""
        return self.quantity if self.edited_quantity is None else self.edited_quantity
