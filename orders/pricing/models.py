"""What order lines use up of agreements' caps and promotions' budgets, and which of them came free."""

from django.db import models
from django.db.models import Q


class PriceDraw(models.Model):
    """One line's use of one allowance: a quantity in the item's stock unit, or money of a promotion's budget."""

    line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="price_draws")
    allowance = models.ForeignKey("masterdata.Allowance", models.PROTECT, related_name="draws")
    amount = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "allowance"], name="price_draw_unique"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_draw_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.allowance_id} by {self.line_id}"


class FreeGoods(models.Model):
    """A line that came free with another of its order: `given` stock units of it for each `bought` of the other.

    `price_id` is the promotion's row, which may have ended and gone since. `declined`: somebody has cancelled them by
    themselves, so that no later change of the order brings them back.
    """

    line = models.OneToOneField("orders.OrderLine", models.PROTECT, related_name="free_with")
    of_line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="free_goods")
    price_id = models.BigIntegerField()
    bought = models.DecimalField(max_digits=18, decimal_places=6)
    given = models.DecimalField(max_digits=18, decimal_places=6)
    declined = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(bought__gt=0, given__gt=0), name="free_goods_positive"),
            models.CheckConstraint(condition=~Q(line=models.F("of_line")), name="free_goods_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} free with {self.of_line_id}"
