"""Trading partners: who exchanges electronic documents with us, and how their codes are read (IN03)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erp.kernel.access import ScopedQuerySet
from inventory.commitments.models import SupplyMethod
from orders.partners.permissions import VIEW_PARTNER


def usual_item_codes() -> list[str]:
    return ["gtin", "buyer", "supplier"]


class TradingPartner(models.Model):
    """A customer under the address that its documents come from, with what its codes mean.

    The most telling profile wins: one that names the buyer's code or our own address before one that does not.
    """

    SCOPE: ClassVar = {"company": "customer__company_id"}
    READ: ClassVar = (VIEW_PARTNER,)

    class Standard(models.TextChoices):
        X12 = "x12", "X12"
        EDIFACT = "edifact", "EDIFACT"

    class Usage(models.TextChoices):
        PRODUCTION = "production", "Production"
        TEST = "test", "Test"  # documents are read and checked, never ordered

    customer = models.ForeignKey("masterdata.Customer", models.PROTECT, related_name="trading_partners")
    standard = models.CharField(max_length=8, choices=Standard.choices)
    qualifier = models.CharField(max_length=4, blank=True)  # ISA05, UNB 0007
    identifier = models.CharField(max_length=35)  # ISA06, UNB 0004
    own_qualifier = models.CharField(max_length=4, blank=True)  # how they address us
    own_identifier = models.CharField(max_length=35, blank=True)  # blank: any
    buyer_code = models.CharField(max_length=35, blank=True)  # N1*BY, NAD+BY; blank: any
    usage = models.CharField(max_length=10, choices=Usage.choices, default=Usage.TEST)
    item_codes = models.JSONField(default=usual_item_codes)  # which numbers of an item count, the first first
    units = models.JSONField(default=dict, blank=True)  # their unit: ours
    ship_tos = models.JSONField(default=dict, blank=True)  # their code of an address: ours
    supply = models.CharField(
        max_length=7, choices=SupplyMethod.choices, blank=True, db_default=""
    )  # of the goods on every line: no standard has an element for it; blank: as the item and the house say
    takes_orders = models.BooleanField(default=True)  # 850, ORDERS
    functional_ack = models.BooleanField(default=True)  # they want 997, CONTRL
    order_ack = models.BooleanField(default=True)  # they want 855, ORDRSP
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["TradingPartner"].as_manager()

    class Meta:
        ordering = ["identifier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "qualifier", "identifier", "own_identifier", "buyer_code"],
                condition=Q(is_active=True),
                name="trading_partner_unique",
            ),
            models.CheckConstraint(condition=~Q(identifier=""), name="trading_partner_named"),
        ]

    def __str__(self) -> str:
        return f"{self.qualifier}/{self.identifier}" if self.qualifier else self.identifier
