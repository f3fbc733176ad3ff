"""Re-allocation runs, order line by order line (AT07), and order rules tried on the orders of the past (OC03)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity
from orders.orchestration.permissions import VIEW_SCARCITY
from orders.rulebook.permissions import VIEW_RULES


class ReallocationRun(models.Model):
    """One look at the scarce items of a site: the preview, and what became of it."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_SCARCITY,)

    class State(models.TextChoices):
        PROPOSED = "proposed", "Previewed"
        COMMITTED = "committed", "Committed"
        UNDONE = "undone", "Taken back"
        DROPPED = "dropped", "Dropped"

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField(max_length=200)
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["ReallocationRun"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="run_of_site")]

    def __str__(self) -> str:
        return self.number


class ReallocationItem(models.Model):
    """One item of a run, shared anew in a transaction of its own."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Previewed"
        DONE = "done", "Shared anew"
        STALE = "stale", "Changed since"
        UNDONE = "undone", "Taken back"
        KEPT = "kept", "Could not be taken back"

    run = models.ForeignKey(ReallocationRun, models.CASCADE, related_name="items")
    item = MasterKey("masterdata.Item", related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "item"], name="run_item_unique")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.item_id}"


class ReallocationLine(models.Model):
    """What the run does to one demand. Quantities in the stock unit, money in the order's currency."""

    SCOPE: ClassVar = {"company": "run__company_id", "site": "run__site_id"}
    READ: ClassVar = (VIEW_SCARCITY,)

    class Outcome(models.TextChoices):
        WINS = "wins", "Wins"
        LOSES = "loses", "Loses"
        SAME = "same", "Same date"

    run = models.ForeignKey(ReallocationRun, models.CASCADE, related_name="lines")
    entry = models.ForeignKey(ReallocationItem, models.CASCADE, related_name="lines")
    item = MasterKey("masterdata.Item", related_name="+")
    demand = models.ForeignKey("inventory.Demand", models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, null=True, related_name="+")
    before = models.JSONField()  # [[supply or null, quantity, day], ...]
    after = models.JSONField()
    open = Quantity()
    stock_before = Quantity()
    stock_after = Quantity()
    was_on = models.DateField(null=True)
    on = models.DateField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    broken = models.BooleanField()  # leaves later than was promised
    amount = Money()  # net of the stock it gains (or loses, negative)
    open_amount = Money()  # net of all that is open

    objects = ScopedQuerySet["ReallocationLine"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "demand"], name="run_demand_unique")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.demand_id}"


class RuleTrial(models.Model):
    """A version of the order rules asked about the orders of some days. It changes none of them."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_RULES,)

    rule_version = models.ForeignKey("orders.RuleVersion", models.CASCADE, related_name="trials")
    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    from_on = models.DateField()  # the company's days on which the orders came, both inclusive
    to_on = models.DateField()
    rules = models.JSONField()  # as they stood: [[id, sequence, name, conditions, kind, outcome], ...]
    orders = models.PositiveIntegerField(default=0)  # that were asked about
    hits = models.JSONField(default=dict)  # {rule id: how many orders it decides something of}
    started_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["RuleTrial"].as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.rule_version} {self.from_on} – {self.to_on}"


class RuleTrialLine(models.Model):
    """An order for which the rules decide something, or were applied: what happened, and what would have.

    Site, ship rule and priority that no rule decides stay what they were. Money in the order's currency.
    """

    SCOPE: ClassVar = {"company": "trial__company_id", "site": "order__site_id"}
    READ: ClassVar = (VIEW_RULES,)

    trial = models.ForeignKey(RuleTrial, models.CASCADE, related_name="lines")
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="+", db_index=False)
    decides = models.JSONField()  # ids of the rules that decide something
    site_was = MasterKey("masterdata.Site", related_name="+")
    site_would = MasterKey("masterdata.Site", related_name="+")
    ship_was = models.CharField(max_length=10, blank=True)
    ship_would = models.CharField(max_length=10, blank=True)
    priority_was = models.PositiveSmallIntegerField(null=True)
    priority_would = models.PositiveSmallIntegerField(null=True)
    holds_was = models.CharField(max_length=60, blank=True)  # kinds that rules may place
    holds_would = models.CharField(max_length=60, blank=True)
    fee_was = Money()
    fee_would = Money()

    objects = ScopedQuerySet["RuleTrialLine"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "order"], name="rule_trial_order")]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.order_id}"
