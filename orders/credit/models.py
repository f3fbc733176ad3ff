"""Credit: what a payer, or a group of payers together, may owe and what already counts against it (CR01, CR02)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Coalesce

from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money
from orders.credit.permissions import VIEW_CREDIT


class CreditAccount(models.Model):
    """The limit and exposure of a payer, or of a customer group in one company, in the company's currency.

    exposure = open receivables + submitted orders not yet invoiced - unapplied cash, kept only where there is a
    limit; orders on a credit hold do not count until the hold is released. What counts against a payer counts
    against its group and the groups above it too, whether the payer has a limit of its own or not.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_CREDIT,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    customer = models.OneToOneField(
        "masterdata.Customer", models.PROTECT, null=True, related_name="credit_account"
    )
    group = models.ForeignKey(
        "masterdata.CustomerGroup", models.PROTECT, null=True, related_name="credit_accounts"
    )
    # The customer's id, or the group's as a negative number: one index finds the accounts of a whole path.
    holder = models.GeneratedField(
        expression=Coalesce("customer_id", ExpressionWrapper(F("group_id") * -1, models.BigIntegerField())),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    limit = Money(null=True)  # null: no limit, nothing is kept
    exposure = Money(default=0)
    reviewed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["CreditAccount"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "company"], name="credit_account_once"),
            models.CheckConstraint(
                condition=Q(customer=None, group__isnull=False) | Q(customer__isnull=False, group=None),
                name="credit_account_of_one",
            ),
            models.CheckConstraint(
                condition=Q(limit=None) | Q(limit__gte=0), name="credit_limit_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=False) | Q(exposure=0), name="credit_exposure_only_with_limit"
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer or self.group)
