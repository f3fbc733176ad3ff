import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from erp.kernel.schema import Audited, NeverDeleted

FORMATS = [
    ("none", "None: the PDF alone"),
    ("ubl", "UBL 2.1"),
    ("cii", "UN/CEFACT CII"),
    ("facturx", "Factur-X: PDF with CII inside"),
]


def identity() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def text(most: int) -> models.CharField:
    return models.CharField(blank=True, max_length=most)


def endpoint(name: str) -> models.CheckConstraint:
    condition = Q(endpoint_scheme="", endpoint_id="") | ~Q(endpoint_scheme="") & ~Q(endpoint_id="")
    return models.CheckConstraint(condition=condition, name=name)


class Migration(migrations.Migration):
    dependencies = [("masterdata", "0012_coupons_and_free_goods")]
    operations = [
        migrations.CreateModel(
            name="EInvoiceProfile",
            fields=[
                ("id", identity()),
                ("format", models.CharField(choices=FORMATS, default="none", max_length=8)),
                ("buyer_reference", text(100)),
                ("endpoint_scheme", text(4)),
                ("endpoint_id", text(80)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="einvoice_profile",
                        to="masterdata.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "e-invoice profile",
                "constraints": [endpoint("einvoice_profile_endpoint")],
            },
        ),
        migrations.CreateModel(
            name="SellerDetails",
            fields=[
                ("id", identity()),
                ("legal_name", text(120)),
                ("registration_number", text(40)),
                ("street", text(200)),
                ("postal_code", text(20)),
                ("city", text(80)),
                ("endpoint_scheme", text(4)),
                ("endpoint_id", text(80)),
                ("contact_name", text(80)),
                ("contact_phone", text(40)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("account_name", text(80)),
                ("account_number", text(34)),
                ("bic", text(11)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seller_details",
                        to="masterdata.company",
                    ),
                ),
            ],
            options={
                "verbose_name": "seller details",
                "verbose_name_plural": "seller details",
                "constraints": [endpoint("seller_details_endpoint")],
            },
        ),
        Audited("masterdata_einvoiceprofile"),
        Audited("masterdata_sellerdetails"),
        NeverDeleted("masterdata_einvoiceprofile"),
        NeverDeleted("masterdata_sellerdetails"),
    ]
