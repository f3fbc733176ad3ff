"""Policy values: data with one enterprise default, versioned, varied only by approval (design.md 11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class PolicyValue(models.Model):
    """A policy's value from a date on, for the enterprise or, as an approved variation, for one scope.

    `key` names a Policy declared in code; `scope` is "*" or "company:1", "site:4", "customer:77".
    """

    key = models.CharField(max_length=80)
    scope = models.CharField(max_length=40, default="*")
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive
    reason = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    review_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="policy_value_dates"
            ),
            models.CheckConstraint(
                condition=Q(scope="*") | ~Q(reason=""), name="policy_variation_has_reason"
            ),
            models.UniqueConstraint(fields=["key", "scope", "valid_from"], name="policy_value_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.scope}"
