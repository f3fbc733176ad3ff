"""Companies, sites, zones and bins: where things are, and by whose calendar and clock."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erp.kernel.access import ScopedQuerySet


class Company(models.Model):
    """A legal entity: its currency, its clock for accounting dates, its books."""

    SCOPE: ClassVar = {"company": "pk"}

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)  # ISO 4217
    time_zone = models.CharField(max_length=40)  # IANA; decides the accounting date
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2
    tax_number = models.CharField(max_length=30, blank=True)
    address = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Company"].as_manager()

    class Meta:
        verbose_name_plural = "companies"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SellerDetails(models.Model):
    """What a company's e-invoices say of it as the seller (EN 16931, BG-4 to BG-6 and BG-17), beside its tax number."""

    SCOPE: ClassVar = {"company": "company_id"}

    company = models.OneToOneField(Company, models.PROTECT, related_name="seller_details")
    legal_name = models.CharField(max_length=120, blank=True)  # BT-27; blank: the company's name
    registration_number = models.CharField(max_length=40, blank=True)  # BT-30, of the commercial register
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80, blank=True)
    endpoint_scheme = models.CharField(max_length=4, blank=True)  # BT-34-1, a code of the EAS list
    endpoint_id = models.CharField(max_length=80, blank=True)  # BT-34
    contact_name = models.CharField(max_length=80, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_email = models.EmailField(blank=True)
    account_name = models.CharField(max_length=80, blank=True)
    account_number = models.CharField(max_length=34, blank=True)  # BT-84: an IBAN, or what the country has
    bic = models.CharField(max_length=11, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["SellerDetails"].as_manager()

    class Meta:
        verbose_name = "seller details"
        verbose_name_plural = "seller details"
        constraints = [
            models.CheckConstraint(
                condition=Q(endpoint_scheme="", endpoint_id="") | ~Q(endpoint_scheme="") & ~Q(endpoint_id=""),
                name="seller_details_endpoint",
            )
        ]

    def __str__(self) -> str:
        return f"{self.company}"


class AccountingPeriod(models.Model):
    """A company's month in the books. Every posting holds it FOR SHARE; closing it takes it FOR UPDATE."""

    SCOPE: ClassVar = {"company": "company_id"}

    company = models.ForeignKey(Company, models.PROTECT, related_name="periods")
    starts_on = models.DateField()
    ends_on = models.DateField()  # inclusive
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["AccountingPeriod"].as_manager()

    class Meta:
        ordering = ["company", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["company", "starts_on"], name="period_unique"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="period_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m}"


class Site(models.Model):
    """A warehouse. What it does differently from others is policy, never code."""

    SCOPE: ClassVar = {"company": "company_id", "site": "pk"}

    company = models.ForeignKey(Company, models.PROTECT, related_name="sites")
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    address = models.TextField(blank=True)
    working_days = models.CharField(max_length=7, default="1111100")  # Monday first; 1 = open
    cut_off = models.TimeField()  # last time for same-day shipping, local
    ship_days = models.PositiveSmallIntegerField(default=0)  # working days from release to ship
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Site"].as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Holiday(models.Model):
    """A day on which a site is closed though its week says open."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}

    site = models.ForeignKey(Site, models.CASCADE, related_name="holidays")
    on = models.DateField()
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Holiday"].as_manager()

    class Meta:
        ordering = ["on", "site"]
        constraints = [models.UniqueConstraint(fields=["site", "on"], name="holiday_unique")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class Zone(models.Model):
    """A part of a site that is worked as one."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}

    site = models.ForeignKey(Site, models.PROTECT, related_name="zones")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)

    objects = ScopedQuerySet["Zone"].as_manager()

    class Meta:
        ordering = ["site", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="zone_unique")]

    def __str__(self) -> str:
        return self.code


class Bin(models.Model):
    """A place that holds stock. Pick lists walk bins by `pick_sequence`."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}

    class Kind(models.TextChoices):
        PICK = "pick", "Pick"
        RESERVE = "reserve", "Reserve"
        RECEIVING = "receiving", "Receiving"
        SHIPPING = "shipping", "Shipping"
        TRANSIT = "transit", "In transit"
        HOLD = "hold", "Hold"

    PICKABLE: ClassVar = (Kind.PICK, Kind.RESERVE, Kind.RECEIVING)

    site = models.ForeignKey(Site, models.PROTECT, related_name="bins")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="bins")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PICK)
    pick_sequence = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Bin"].as_manager()

    class Meta:
        ordering = ["site", "pick_sequence"]
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="bin_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="bin_has_code"),
        ]

    def __str__(self) -> str:
        return self.code
