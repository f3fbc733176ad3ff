"""What it all meant: one fact per order and line, and what they add up to per day.

Facts are derived: written from the outbox, rebuilt at will, proven equal to their sources (M4, M6). So no foreign
key here is a constraint of the database, and nothing below reporting points here.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money, Quantity


def about(model: str, **options: Any) -> models.ForeignKey:
    """A pointer to what a fact is about: joined for display, never enforced and never followed back."""
    kept = {"related_name": "+", "db_constraint": False, "db_index": False, **options}
    return models.ForeignKey(model, models.DO_NOTHING, **kept)


class OrderFact(models.Model):
    """One order as the figures see it. Days are the shipping site's, money is net in the order's currency."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    order = models.OneToOneField(
        "orders.SalesOrder", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="fact"
    )
    company = about("masterdata.Company")
    site = about("masterdata.Site")
    customer = about("masterdata.Customer")
    intake_on = models.DateField()  # accepted
    due_on = models.DateField()  # by whose end the committed cut-off has passed
    net = Money()  # of what is not cancelled
    stocked_lines = models.PositiveIntegerField()  # with demand that is not cancelled
    filled = models.BooleanField()  # every one of them complete on its first shipment by the cut-off
    completed_on = models.DateField(null=True)  # the last line has left
    cycle_hours = models.DecimalField(
        max_digits=12, decimal_places=2, null=True
    )  # on working days of the site

    objects = ScopedQuerySet["OrderFact"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["company", "intake_on"], name="order_fact_intake"),
            models.Index(fields=["company", "due_on"], name="order_fact_due"),
            models.Index(fields=["company", "completed_on"], name="order_fact_completed"),
        ]

    def __str__(self) -> str:
        return f"Order {self.pk}"


class LineFact(models.Model):
    """One order line: the original demand, the first promise, the first pass, and what became of it.

    Quantities are in the stock unit, without what the customer cancelled; a service line orders none. The class is
    the item's when the fact was first written: what was sold as fasteners stays fasteners.

    Where substitutes came into it, `asked` is the original demand, in the stock unit of `asked_item`: a line whose
    shortage was substituted keeps all that was asked, the line that took it over asks nothing, and a line that offered
    a substitute from the start fills nothing of what was asked.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    line = models.OneToOneField(
        "orders.OrderLine", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="fact"
    )
    order = about("orders.SalesOrder", db_index=True)
    company = about("masterdata.Company")
    site = about("masterdata.Site")
    customer = about("masterdata.Customer")
    item = about("masterdata.Item")
    item_class = about("masterdata.ItemClass")
    intake_on = models.DateField()
    requested_on = models.DateField()
    due_on = models.DateField()
    first_promised_on = models.DateField(null=True)
    ordered = Quantity()
    first_pass = Quantity()  # on the first shipment, when that left by the committed cut-off
    shipped = Quantity()
    asked_item = about("masterdata.Item", null=True)  # null: the item itself
    asked_class = about("masterdata.ItemClass", null=True)
    asked = Quantity(null=True)  # null: what is ordered
    substituted = Quantity(null=True)  # of asked, what a substitute did on its first shipment by the cut-off
    net = Money()
    invoiced_net = Money()
    invoiced_cost = Money()
    first_shipped_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)

    objects = ScopedQuerySet["LineFact"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["company", "intake_on"], name="line_fact_intake"),
            models.Index(fields=["company", "due_on"], name="line_fact_due"),
            models.Index(fields=["due_on", "line"], name="line_fact_by_due"),
            models.Index(
                fields=["company", "due_on", "site"],
                name="line_fact_open",
                condition=Q(completed_on=None, ordered__gt=0),
            ),
            models.Index(
                fields=["company", "completed_on"],
                name="line_fact_late",
                condition=Q(completed_on__gt=models.F("due_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.pk}"


class Measures(models.Model):
    """What a day's lines add up to. Each is counted on the day of its own closing event."""

    lines = models.PositiveIntegerField(default=0)  # accepted that day
    units = Quantity(default=0)
    intake_net = Money(default=0)
    lines_due = models.PositiveIntegerField(default=0)  # whose committed cut-off was that day
    lines_filled = models.PositiveIntegerField(default=0)
    units_due = Quantity(default=0)
    units_filled = Quantity(default=0)
    units_substituted = Quantity(
        default=0, db_default=0
    )  # due that day, filled by a substitute on its first pass
    shipped_net = Money(default=0)  # what left that day, at its order's net price
    shipped_cost = Money(default=0)
    invoiced_net = Money(default=0)  # issued that day, credit memos counted against it
    invoiced_cost = Money(default=0)

    class Meta:
        abstract = True


class TradeDay(Measures):
    """The finest roll-up: company, day, site, customer and item."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    company = about("masterdata.Company")
    day = models.DateField()
    site = about("masterdata.Site")
    customer = about("masterdata.Customer")
    item = about("masterdata.Item")
    item_class = about("masterdata.ItemClass")

    objects = ScopedQuerySet["TradeDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "day", "site", "customer", "item", "item_class"], name="trade_day_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.site_id}/{self.customer_id}/{self.item_id}"


class ClassDay(Measures):
    """Per company, day, site and item class: what charts by category read."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    company = about("masterdata.Company")
    day = models.DateField()
    site = about("masterdata.Site")
    item_class = about("masterdata.ItemClass")

    objects = ScopedQuerySet["ClassDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "day", "site", "item_class"], name="class_day_unique")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.site_id}/{self.item_class_id}"


class SiteDay(Measures):
    """Per company, day and site, with what only whole orders can say: a few thousand rows a year."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    company = about("masterdata.Company")
    day = models.DateField()
    site = about("masterdata.Site")
    orders = models.PositiveIntegerField(default=0)
    orders_due = models.PositiveIntegerField(default=0)
    orders_filled = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet["SiteDay"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "day", "site"], name="site_day_unique")]

    def __str__(self) -> str:
        return f"{self.day} {self.site_id}"


class StockDay(models.Model):
    """Value of own stock at the end of a day (of the accounting date), at cost, in the company's currency."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}

    company = about("masterdata.Company")
    day = models.DateField()
    site = about("masterdata.Site")
    item_class = about("masterdata.ItemClass")
    value = Money()

    objects = ScopedQuerySet["StockDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "day", "site", "item_class"], name="stock_day_unique")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.site_id}/{self.item_class_id}: {self.value}"


class RollupDay(models.Model):
    """The watermark of one company's day: facts touch it, the roll-up catches up. Equal: nothing was left out."""

    SCOPE: ClassVar = {"company": "company_id"}

    company = about("masterdata.Company")
    day = models.DateField()
    touched = models.PositiveBigIntegerField(default=1, db_default=1)
    rolled = models.PositiveBigIntegerField(default=0, db_default=0)
    touched_at = models.DateTimeField(db_default=Now())
    rolled_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["RollupDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "day"], name="rollup_day_unique"),
            models.CheckConstraint(condition=Q(rolled__lte=models.F("touched")), name="rollup_not_ahead"),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"], name="rollup_behind", condition=Q(rolled__lt=models.F("touched"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}"
