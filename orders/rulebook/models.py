"""Order rules as data: a company's versions of them, and each rule with what it asks for and what it decides (OC03)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from orders.rulebook.permissions import VIEW_RULES


class RuleVersion(models.Model):
    """All of a company's order rules, as one thing that is approved and holds from a day on.

    What was approved never changes: a new version replaces it. On a day the version with the latest `valid_from`
    holds, of several the one with the highest number. One without rules is how a company goes without.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_RULES,)

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        PROPOSED = "proposed", "Waits for approval"
        APPROVED = "approved", "Approved"
        DROPPED = "dropped", "Dropped"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # 1, 2, … of the company
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(max_length=200)
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+"
    )  # whose rules it began with
    valid_from = models.DateField(null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )  # changed it last
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["RuleVersion"].as_manager()

    class Meta:
        ordering = ["company", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="rule_version_number"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(state__in=("draft", "proposed")), name="rule_version_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(valid_from__isnull=False, decided_by__isnull=False, proposed_by__isnull=False),
                name="rule_version_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | ~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("written_by")),
                name="rule_version_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"OR-{self.number}"


class OrderRule(models.Model):
    """When an order meets all conditions, this is decided, unless an earlier rule has decided the same.

    conditions: [{field, operator, values}], outcome: {…} by its kind; both as orders.rulebook.rules reads them.
    """

    SCOPE: ClassVar = {"company": "rule_version__company_id"}
    READ: ClassVar = (VIEW_RULES,)

    class Kind(models.TextChoices):
        SITE = "site", "Site"
        SHIP_RULE = "ship_rule", "Ships"
        PRIORITY = "priority", "Priority"
        HOLD = "hold", "Hold"
        FEE = "fee", "Fee"

    rule_version = models.ForeignKey(RuleVersion, models.CASCADE, related_name="rules")
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    conditions = models.JSONField(default=list)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    outcome = models.JSONField()

    objects = ScopedQuerySet["OrderRule"].as_manager()

    class Meta:
        ordering = ["rule_version", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["rule_version", "sequence"], name="order_rule_sequence"),
            models.CheckConstraint(condition=Q(sequence__gte=1) & ~Q(name=""), name="order_rule_named"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.name}"
