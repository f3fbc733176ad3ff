"""Parties: who we trade with. One party may be customer and supplier, of several of our companies."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from erp.kernel.access import ScopedQuerySet
from masterdata.parties.permissions import VIEW_CUSTOMER, VIEW_SUPPLIER


class Party(models.Model):
    """A legal person we know. Personal data lives here and in addresses, so that it can be erased in one place."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=160)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=8, default="en")
    tax_number = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    search = models.TextField(editable=False, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "parties"
        ordering = ["code"]
        indexes = [GinIndex(OpClass("search", name="gin_trgm_ops"), name="party_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PaymentTerms(models.Model):
    """When an invoice is due: days after its date; and what is taken off for paying sooner."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    days = models.PositiveSmallIntegerField()
    # Of the gross amount, when it is paid within so many days; 0: none.
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0, db_default=0)
    discount_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "payment terms"
        ordering = ["days"]
        constraints = [
            models.CheckConstraint(
                condition=Q(discount_percent=0, discount_days=0)
                | Q(discount_percent__gt=0, discount_percent__lt=100, discount_days__lte=F("days")),
                name="payment_terms_discount",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CustomerGroup(models.Model):
    """Customers that share prices and priority. Groups form a tree: what a node agrees holds for all below it."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    priority = models.PositiveSmallIntegerField(default=5)  # 1 is served first when stock is short
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A party as sold-to of one company: terms, prices, tax, delivery."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_CUSTOMER,)

    class ShipRule(models.TextChoices):
        PARTIAL = "partial", "Ship what is there"
        LINE = "line", "Whole lines only"
        COMPLETE = "complete", "Whole order only"

    class TaxTreatment(models.TextChoices):
        DOMESTIC = "domestic", "Domestic"
        INTRA_COMMUNITY = "intra", "Intra-community supply"
        EXPORT = "export", "Export"
        OUT_OF_SCOPE = "outside", "Outside the scope of tax"

    class FreightTerms(models.TextChoices):
        PREPAID = "prepaid", "Prepaid: we pay, nothing is added"
        PREPAID_ADD = "prepaid_add", "Prepaid and added to the invoice"
        COLLECT = "collect", "Collect: the customer pays the carrier"
        ALLOWED = "allowed", "Allowed: the customer pays and deducts it"
        INCLUDED = "included", "Included in the prices"
        THIRD_PARTY = "third_party", "Billed to a third party's account"

    class BillingTrigger(models.TextChoices):
        SHIPMENT = "shipment", "When the goods have left"
        DELIVERY = "delivery", "When the customer has received them"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="customers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="customers")
    group = models.ForeignKey(CustomerGroup, models.PROTECT, related_name="customers")
    bill_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="billed_for")
    terms = models.ForeignKey(PaymentTerms, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    tax_treatment = models.CharField(
        max_length=10, choices=TaxTreatment.choices, default=TaxTreatment.DOMESTIC
    )
    ship_rule = models.CharField(max_length=10, choices=ShipRule.choices, default=ShipRule.PARTIAL)
    minimum_fill_percent = models.PositiveSmallIntegerField(default=0, db_default=0)  # before anything ships
    maximum_shipments = models.PositiveSmallIntegerField(
        default=0, db_default=0
    )  # of an order; 0: any number
    preferred_site = models.ForeignKey(
        "masterdata.Site", models.PROTECT, null=True, blank=True, related_name="+"
    )
    freight_terms = models.CharField(
        max_length=12, choices=FreightTerms.choices, default=FreightTerms.PREPAID, db_default="prepaid"
    )
    freight_account = models.CharField(
        max_length=40, blank=True, db_default=""
    )  # with the carrier: whom to bill when it is collect or a third party's
    billing_trigger = models.CharField(
        max_length=10,
        choices=BillingTrigger.choices,
        default=BillingTrigger.SHIPMENT,
        db_default=BillingTrigger.SHIPMENT,
    )  # the event that the contract names (BI01)
    is_blocked = models.BooleanField(default=False)
    po_required = models.BooleanField(default=False)
    po_unique = models.BooleanField(default=True)  # refuse a customer PO that was used before
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Customer"].as_manager()

    class Meta:
        ordering = ["party__code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "party"], name="customer_unique"),
            models.CheckConstraint(
                condition=Q(minimum_fill_percent__lte=100), name="customer_minimum_fill_percent"
            ),
        ]

    def __str__(self) -> str:
        return str(self.party)


class EInvoiceProfile(models.Model):
    """How a customer wants its invoices by EN 16931, and where they go. Without one it gets paper."""

    SCOPE: ClassVar = {"company": "customer__company_id"}
    READ: ClassVar = (VIEW_CUSTOMER,)

    class Format(models.TextChoices):
        NONE = "none", "None: the PDF alone"
        UBL = "ubl", "UBL 2.1"
        CII = "cii", "UN/CEFACT CII"
        FACTUR_X = "facturx", "Factur-X: PDF with CII inside"

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="einvoice_profile")
    format = models.CharField(max_length=8, choices=Format.choices, default=Format.NONE)
    buyer_reference = models.CharField(max_length=100, blank=True)  # BT-10: a Leitweg-ID, a cost centre
    endpoint_scheme = models.CharField(max_length=4, blank=True)  # BT-49-1, a code of the EAS list: 0208, EM
    endpoint_id = models.CharField(max_length=80, blank=True)  # BT-49
    email = models.EmailField(blank=True)  # where it is sent; blank: the party's
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["EInvoiceProfile"].as_manager()

    class Meta:
        verbose_name = "e-invoice profile"
        constraints = [
            models.CheckConstraint(
                condition=Q(endpoint_scheme="", endpoint_id="") | ~Q(endpoint_scheme="") & ~Q(endpoint_id=""),
                name="einvoice_profile_endpoint",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_format_display()}"


class ShipTo(models.Model):
    """An address goods go to."""

    SCOPE: ClassVar = {"company": "customer__company_id"}
    READ: ClassVar = (VIEW_CUSTOMER,)

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ship_tos")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["ShipTo"].as_manager()

    class Meta:
        ordering = ["-is_default", "code"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "code"], name="ship_to_unique"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="ship_to_one_default"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.city)))


class Supplier(models.Model):
    """A party as a source of goods for one company."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_SUPPLIER,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="suppliers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="suppliers")
    terms = models.ForeignKey(PaymentTerms, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    lead_time_days = models.PositiveSmallIntegerField(default=7)
    is_blocked = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Supplier"].as_manager()

    class Meta:
        ordering = ["party__code"]
        constraints = [models.UniqueConstraint(fields=["company", "party"], name="supplier_unique")]

    def __str__(self) -> str:
        return str(self.party)
