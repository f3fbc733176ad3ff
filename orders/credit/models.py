"""Credit: what a payer may owe and what already counts against it (CR01)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money
from orders.credit.permissions import VIEW_CREDIT


class CreditAccount(models.Model):
    """A payer's limit and exposure, in the payer's currency.

    exposure = open receivables + submitted orders not yet invoiced - unapplied cash, kept only where there is a
    limit; orders on a credit hold do not count until the hold is released.
    """

    SCOPE: ClassVar = {"company": "customer__company_id"}
    READ: ClassVar = (VIEW_CREDIT,)

    customer = models.OneToOneField("masterdata.Customer", models.PROTECT, related_name="credit_account")
    limit = Money(null=True)  # null: no limit, nothing is kept
    exposure = Money(default=0)
    reviewed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["CreditAccount"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(limit=None) | Q(limit__gte=0), name="credit_limit_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=False) | Q(exposure=0), name="credit_exposure_only_with_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exposure} of {self.limit}"
