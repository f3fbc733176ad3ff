"""What freight costs the customer: a company's tariff with its rates by destination and by weight or value."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet
from masterdata.freight.permissions import VIEW_FREIGHT


class FreightTariff(models.Model):
    """What a company adds for carriage to orders that are prepaid and added, from a day on; money in its currency.

    It is charged as the service item `item`, which says how it is taxed and on which account it is booked.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_FREIGHT,)

    class Basis(models.TextChoices):
        WEIGHT = "weight", "Weight, kg"
        VALUE = "value", "Net value of the goods"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="freight_tariffs")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="freight_tariffs")
    basis = models.CharField(max_length=6, choices=Basis.choices)
    free_from = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, blank=True
    )  # net value of the goods from which nothing is added
    surcharge_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)  # fuel, toll
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the first day without it
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["FreightTariff"].as_manager()

    class Meta:
        ordering = ["company", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="freight_tariff_code"),
            models.UniqueConstraint(fields=["company", "valid_from"], name="freight_tariff_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="freight_tariff_dates"
            ),
            models.CheckConstraint(
                condition=Q(surcharge_percent__range=(0, 100)) & (Q(free_from=None) | Q(free_from__gte=0)),
                name="freight_tariff_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FreightRate(models.Model):
    """One break of a tariff: where to, from how much on, a charge and an amount for each kg or each unit of value."""

    tariff = models.ForeignKey(FreightTariff, models.CASCADE, related_name="rates")
    country = models.CharField(max_length=2, blank=True)  # blank: anywhere
    postal_prefix = models.CharField(max_length=10, blank=True)  # a zone of the country; blank: all of it
    from_amount = models.DecimalField(max_digits=18, decimal_places=4, default=0)  # in the tariff's basis
    charge = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    per_unit = models.DecimalField(
        max_digits=18, decimal_places=6, default=0
    )  # per kg, or share of the value

    class Meta:
        ordering = ["country", "postal_prefix", "from_amount"]
        constraints = [
            models.UniqueConstraint(
                fields=["tariff", "country", "postal_prefix", "from_amount"], name="freight_rate_once"
            ),
            models.CheckConstraint(
                condition=Q(from_amount__gte=0, charge__gte=0, per_unit__gte=0),
                name="freight_rate_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(country="") | Q(postal_prefix=""), name="freight_rate_zone_has_country"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country or '*'} {self.postal_prefix} {self.from_amount}".strip()
