"""What order lines use up of agreements' caps and promotions' budgets."""

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
