"""What suppliers offer: their numbers with cost and lead time, whether or not it is an item of ours (OC13)."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from erp.kernel.access import ScopedQuerySet
from masterdata.catalogue.permissions import VIEW_CATALOGUE


class CatalogueItem(models.Model):
    """One row of a supplier's catalogue. Where it is an item of ours, these are the terms we buy it on."""

    SCOPE: ClassVar = {"company": "supplier__company_id"}
    READ: ClassVar = (VIEW_CATALOGUE,)

    supplier = models.ForeignKey(
        "masterdata.Supplier", models.PROTECT, related_name="catalogue", db_index=False
    )
    code = models.CharField(max_length=60)  # the supplier's number
    name = models.CharField(max_length=200)
    unit = models.ForeignKey(
        "masterdata.Unit", models.PROTECT, related_name="+", db_index=False
    )  # sold to us in
    cost = models.DecimalField(max_digits=18, decimal_places=6)  # per `unit`, company currency
    lead_time_days = models.PositiveSmallIntegerField(null=True, blank=True)  # null: the supplier's own
    returnable = models.BooleanField(default=True, db_default=True)  # the supplier takes it back
    rank = models.PositiveSmallIntegerField(default=1, db_default=1)  # of an item's offers, 1 is taken first
    item = models.ForeignKey(
        "masterdata.Item", models.PROTECT, null=True, blank=True, related_name="offers"
    )  # ours, once it is set up
    search = models.TextField(editable=False)  # number and name, upper case
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["CatalogueItem"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("supplier", Upper("code"), name="catalogue_item_unique"),
            models.CheckConstraint(condition=Q(cost__gte=0, rank__gte=1), name="catalogue_item_positive"),
        ]
        indexes = [GinIndex(OpClass("search", name="gin_trgm_ops"), name="catalogue_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Promotion(models.Model):
    """An item from a catalogue that shall be kept in stock from now on: proposed by one person, approved by another."""

    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="promotions")
    reason = models.CharField(max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(decided_at=None), name="promotion_open_once"
            ),
            models.CheckConstraint(
                condition=Q(approved=False) | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="promotion_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"
