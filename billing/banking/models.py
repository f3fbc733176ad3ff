"""Banking: the company's accounts at banks, what the banks say of them, and what became of every entry."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.banking.permissions import VIEW_BANK
from billing.ledger.models import Purpose
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class BankAccount(models.Model):
    """An account of a company at a bank, or a lockbox; its ledger account takes postings of its entries alone."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_BANK,)

    class Kind(models.TextChoices):
        BANK = "bank", "Bank account"
        LOCKBOX = "lockbox", "Lockbox"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="bank_accounts")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BANK)
    name = models.CharField(max_length=80)
    number = models.CharField(max_length=40)  # IBAN, or as the bank's files write it: `statements.plain`
    currency = models.CharField(max_length=3)
    account = models.OneToOneField("billing.Account", models.PROTECT, related_name="bank_account")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["BankAccount"].as_manager()

    class Meta:
        verbose_name = "bank account"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["number", "currency"], name="bank_account_number_unique"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(name=""), name="bank_account_named"),
        ]

    def __str__(self) -> str:
        return self.name


class BankFile(models.Model):
    """A file as the bank sent it, for ever; the same content comes in once."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_BANK,)

    class Format(models.TextChoices):
        CAMT = "camt", "camt.053"
        MT940 = "mt940", "MT940"
        BAI2 = "bai2", "BAI2"
        LOCKBOX = "lockbox", "BAI lockbox"

    company = MasterKey("masterdata.Company", related_name="+")
    name = models.CharField(max_length=120)
    format = models.CharField(max_length=8, choices=Format.choices)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)  # of the content: a constraint compares
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField(db_default=Now())
    received_by = models.CharField(max_length=80)

    objects = ScopedQuerySet["BankFile"].as_manager()

    class Meta:
        verbose_name = "bank file"
        constraints = [models.UniqueConstraint(fields=["company", "sha256"], name="bank_file_once")]

    def __str__(self) -> str:
        return self.name


class BankStatement(models.Model):
    """One statement as the bank said it: it opens, its entries come and go, and it closes with exactly that."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_BANK,)

    company = MasterKey("masterdata.Company", related_name="+")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    file = models.ForeignKey(BankFile, models.PROTECT, related_name="statements")
    reference = models.CharField(max_length=80)  # the bank's
    ends_on = models.DateField()
    opening = Money()
    credits = Money()
    debits = Money()
    closing = Money()
    entry_count = models.PositiveIntegerField()
    opens = models.BooleanField(default=False)  # the account's first: its opening balance was posted

    objects = ScopedQuerySet["BankStatement"].as_manager()

    class Meta:
        verbose_name = "bank statement"
        constraints = [
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("credits") - F("debits"), credits__gte=0, debits__gte=0),
                name="bank_statement_adds_up",
            ),
            models.UniqueConstraint(fields=["account", "reference", "ends_on"], name="bank_statement_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(opens=True), name="bank_statement_one_opens"
            ),
        ]
        indexes = [models.Index(fields=["account", "-ends_on", "-id"], name="bank_statement_newest")]

    def __str__(self) -> str:
        return self.reference


class BankEntry(models.Model):
    """One entry of a statement: money in above zero, money out below; and what it is proposed for."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_BANK,)

    class State(models.TextChoices):
        NEW = "new", "Being looked at"
        WAITING = "waiting", "To confirm"
        POSTED = "posted", "Received"
        CODED = "coded", "Coded"
        NOTED = "noted", "Nothing to post"

    OPEN: ClassVar = (State.NEW, State.WAITING)

    class Certainty(models.TextChoices):
        CERTAIN = "certain", "Certain"
        LIKELY = "likely", "Likely"
        GUESS = "guess", "A guess"
        NONE = "none", "No proposal"

    company = MasterKey("masterdata.Company", related_name="+")
    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField()  # in the statement, from 1
    booked_on = models.DateField()
    value_on = models.DateField()
    amount = Money()
    reference = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=2000, blank=True)
    payer_name = models.CharField(max_length=140, blank=True)
    payer_account = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=20, blank=True)
    is_fee = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    # The proposal: how certain, why in a sentence, for whom, and [[item, amount, difference, reason], …].
    certainty = models.CharField(max_length=8, choices=Certainty.choices, blank=True, db_default="")
    why = models.CharField(max_length=300, blank=True, db_default="")
    customer = MasterKey("masterdata.Customer", null=True, related_name="+")
    proposed = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["BankEntry"].as_manager()

    class Meta:
        verbose_name = "bank entry"
        verbose_name_plural = "bank entries"
        constraints = [
            models.UniqueConstraint(fields=["statement", "place"], name="bank_entry_place"),
            models.CheckConstraint(
                condition=Q(amount=0, state="noted") | ~Q(amount=0) & ~Q(state="noted"),
                name="bank_entry_noted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "booked_on", "id"],
                name="bank_entry_open",
                condition=Q(state__in=("new", "waiting")),
            ),
            models.Index(fields=["company", "-booked_on", "-id"], name="bank_entry_newest"),
        ]

    def __str__(self) -> str:
        return f"Entry {self.place} of {self.statement.reference}"


class BankPosting(models.Model):
    """What an entry was posted as: cash of a customer, or an amount on an account that somebody chose or that serves a
    purpose. Reversed, the entry is open again."""

    SCOPE: ClassVar = {"company": "entry__company_id"}
    READ: ClassVar = (VIEW_BANK,)

    entry = models.ForeignKey(BankEntry, models.PROTECT, related_name="postings", db_index=False)
    receipt = models.OneToOneField(
        "billing.CashReceipt", models.PROTECT, null=True, related_name="bank_posting"
    )
    account = models.ForeignKey(
        "billing.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices, blank=True, db_default="")
    note = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)  # the proposal that it followed
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=80)
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.CharField(max_length=80, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")

    objects = ScopedQuerySet["BankPosting"].as_manager()

    class Meta:
        verbose_name = "bank posting"
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(reversed_at=None), name="bank_posting_once"
            ),
            models.CheckConstraint(
                condition=Q(receipt__isnull=False, account=None, purpose="")
                | Q(receipt=None, account__isnull=False, purpose="")
                | Q(receipt=None, account=None) & ~Q(purpose=""),
                name="bank_posting_one_way",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at=None, reason="") | Q(reversed_at__isnull=False) & ~Q(reason=""),
                name="bank_posting_reversed_why",
            ),
        ]
        indexes = [models.Index(fields=["entry"], name="bank_posting_entry")]

    def __str__(self) -> str:
        return f"Posting {self.pk}"


class LearntPayer(models.Model):
    """That a name or an account at a bank pays for a customer, learnt from one confirmed entry; withdrawn with it."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_BANK,)

    class Kind(models.TextChoices):
        ACCOUNT = "account", "Account"
        NAME = "name", "Name"

    company = MasterKey("masterdata.Company", related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=140)  # `rules.account_key`, `rules.name_key`
    customer = MasterKey("masterdata.Customer", related_name="+")
    posting = models.ForeignKey(BankPosting, models.PROTECT, related_name="learnt")
    learnt_at = models.DateTimeField()
    learnt_by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True, db_default="")

    objects = ScopedQuerySet["LearntPayer"].as_manager()

    class Meta:
        verbose_name = "learnt payer"
        constraints = [models.UniqueConstraint(fields=["posting", "kind"], name="learnt_payer_once")]
        indexes = [
            models.Index(
                fields=["company", "kind", "value"], name="learnt_payer_value", condition=Q(withdrawn_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.value} pays for {self.customer_id}"
