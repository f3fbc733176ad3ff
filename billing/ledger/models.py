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
    PAYABLE = "payable", "Payables"
    INPUT_TAX = "input_tax", "Tax deductible"
    VARIANCE = "variance", "Purchase price differences"
    FREIGHT_IN = "freight_in", "Freight of purchases"
    WRITE_OFF = "write_off", "Receivables written off"
    DISCOUNT_IN = "discount_in", "Cash discounts taken"
    RETAINED = "retained", "Retained earnings"
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
    account_class = models.ForeignKey(
        "AccountClass", models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    # Holds balances with other companies of the house, which a consolidation takes out.
    is_intercompany = models.BooleanField(default=False, db_default=False)
    # What alone posts here ("bank": the statements of one bank account); no rule leads to it. Blank: anything may.
    held_by = models.CharField(max_length=12, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Account"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="account_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountClass(models.Model):
    """A line of the financial statements, under which accounts of all companies are gathered.

    The profit and loss account shows its classes in the order of their position, whatever their kind; the balance
    sheet its assets, then liabilities, then equity. An account and its class are of one kind (a key says so).
    """

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Account.Kind.choices)
    position = models.PositiveSmallIntegerField()
    # What the sum down to and with this class is called ("Gross profit"); blank: none is drawn.
    subtotal = models.CharField(max_length=80, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = "account class"
        constraints = [
            models.CheckConstraint(
                condition=Q(subtotal="") | Q(kind__in=("income", "expense")), name="account_class_subtotal"
            )
        ]

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
        YEAR_END = "year_end", "Year end"
        SUPPLIER = "supplier", "Supplier invoice"
        PAYMENT = "payment", "Payment"
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
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    journal_id = models.BigIntegerField()
    company_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    amount = Money()  # company currency
    site_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    accounting_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["JournalLine"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "accounting_on", "id"], name="journal_line_account"),
            models.Index(fields=["journal_id"], name="journal_line_journal"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.account_id}"


class PeriodBalance(models.Model):
    """What one account turned over in a closed period: kept by the verb that closes it, gone when it is reopened.

    So a trial balance of any day reads these, and lines of open periods only (docs/adr/0026). A trigger refuses any
    change while the period is closed.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, db_index=False, related_name="+")
    period = models.ForeignKey(
        "masterdata.AccountingPeriod", models.PROTECT, db_index=False, related_name="+"
    )
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    debit = Money()  # both are turnovers in company currency, never negative
    credit = Money()

    objects = ScopedQuerySet["PeriodBalance"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "account"], name="period_balance_unique"),
            models.CheckConstraint(condition=Q(debit__gte=0, credit__gte=0), name="period_balance_turnover"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} - {self.credit} on {self.account_id}"


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
