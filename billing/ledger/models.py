"""The books: accounts, the rules that choose them, and an append-only journal."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.ledger.permissions import VIEW_LEDGER
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class Purpose(models.TextChoices):
    """What a posting needs an account for. Rules map each to an account (account determination)."""

    RECEIVABLE = "receivable", "Receivables"
    REVENUE = "revenue", "Revenue"
    TAX = "tax", "Tax payable"
    COGS = "cogs", "Cost of goods sold"
    INVENTORY = "inventory", "Inventory"
    GRNI = "grni", "Goods received, not invoiced"
    CASH = "cash", "Bank"
    UNAPPLIED = "unapplied", "Unapplied cash"
    ADJUSTMENT = "adjustment", "Inventory adjustments"
    # Why stock was adjusted; without a rule of its own each is an inventory adjustment.
    SHRINKAGE = "shrinkage", "Inventory lost and found"
    COUNT = "count", "Count differences"
    SPOILAGE = "spoilage", "Damaged and expired goods"
    OWN_USE = "own_use", "Own use and samples"
    RECOVERY = "recovery", "Recovered from carriers"
    DISCOUNT = "discount", "Cash discounts"
    FEES = "fees", "Bank charges"
    DIFFERENCE = "difference", "Payment differences"
    WRITE_OFF = "write_off", "Receivables written off"
    OPENING = "opening", "Opening balances"
    SUSPENSE = "suspense", "Suspense"


class Account(models.Model):
    """An account of one company's chart."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    class Kind(models.TextChoices):
        ASSET = "asset", "Asset"
        LIABILITY = "liability", "Liability"
        EQUITY = "equity", "Equity"
        INCOME = "income", "Income"
        EXPENSE = "expense", "Expense"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What alone posts here ("bank": the statements of one bank account); no rule leads to it. Blank: anything may.
    held_by = models.CharField(max_length=12, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Account"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="account_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountRule(models.Model):
    """Which account serves a purpose: for one item class, or for all (null)."""

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="account_rules")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    item_class = models.ForeignKey(
        "masterdata.ItemClass", models.PROTECT, null=True, blank=True, related_name="+"
    )
    account = models.ForeignKey(Account, models.PROTECT, related_name="rules")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "purpose", "item_class"], name="account_rule_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.account_id}"


class Journal(models.Model):
    """One balanced entry of the books. Append-only; corrected by a reversing journal."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    class Kind(models.TextChoices):
        STOCK = "stock", "Stock"
        INVOICE = "invoice", "Invoice"
        CREDIT_MEMO = "credit_memo", "Credit memo"
        CASH = "cash", "Cash"
        CLAIM = "claim", "Carrier claim"
        WRITE_OFF = "write_off", "Write-off"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    company = MasterKey("masterdata.Company", related_name="+")
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    effective_at = models.DateTimeField()
    accounting_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=80)
    reverses_id = models.BigIntegerField(null=True)

    objects = ScopedQuerySet["Journal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses_id"], condition=Q(reverses_id__isnull=False), name="journal_reversed_once"
            ),
            models.UniqueConstraint(fields=["source", "source_id", "kind"], name="journal_once_per_source"),
        ]
        indexes = [models.Index(fields=["company", "accounting_on"], name="journal_date")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class JournalLine(models.Model):
    """One account's share of a journal, aggregated per account and dimension: debit positive, credit negative.

    All lines of a journal are inserted by one statement, and a trigger refuses a journal that is not zero.
    """

    append_only: ClassVar = True

    journal_id = models.BigIntegerField()
    company_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    amount = Money()  # company currency
    site_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    accounting_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "accounting_on", "id"], name="journal_line_account"),
            models.Index(fields=["journal_id"], name="journal_line_journal"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.account_id}"


class UnmappedPosting(models.Model):
    """A posting that found no account and went to suspense: owned until a rule exists and it is cleared."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    journal_id = models.BigIntegerField()
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    item_class = models.ForeignKey("masterdata.ItemClass", models.PROTECT, null=True, related_name="+")
    amount = Money()
    opened_at = models.DateTimeField(db_default=Now())
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=80, blank=True, db_default="")

    objects = ScopedQuerySet["UnmappedPosting"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_by="") | Q(cleared_at__gte=F("opened_at")),
                name="unmapped_posting_cleared",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.amount}"
