"""Tax codes and the rules that choose one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erp.kernel.access import ScopedQuerySet


class TaxCode(models.Model):
    """A rate under its EN 16931 category (BT-151), with the legal reason when no tax is charged."""

    SCOPE: ClassVar = {"company": "company_id"}

    class Category(models.TextChoices):
        STANDARD = "S", "Standard rate"
        ZERO = "Z", "Zero rated"
        EXEMPT = "E", "Exempt"
        REVERSE = "AE", "Reverse charge"
        INTRA = "K", "Intra-community supply"
        EXPORT = "G", "Export"
        OUTSIDE = "O", "Outside the scope of tax"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="tax_codes")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=2, choices=Category.choices)
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    exemption_reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["TaxCode"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="tax_code_unique"),
            models.CheckConstraint(condition=Q(rate_percent__range=(0, 100)), name="tax_rate_percent"),
            models.CheckConstraint(
                condition=Q(category="S", rate_percent__gt=0) | ~Q(category="S") & Q(rate_percent=0),
                name="tax_rate_fits_category",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TaxRule(models.Model):
    """Which code applies to a customer's treatment and an item's tax class, from a date on."""

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="tax_rules")
    tax_treatment = models.CharField(max_length=10)  # Customer.TaxTreatment
    tax_class = models.CharField(max_length=10)  # Item.TaxClass
    tax_code = models.ForeignKey(TaxCode, models.PROTECT, related_name="rules")
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "tax_treatment", "tax_class", "valid_from"], name="tax_rule_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tax_treatment} {self.tax_class}: {self.tax_code_id}"
