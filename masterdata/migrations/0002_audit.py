from django.db import migrations

from erp.kernel.schema import Audited, NeverDeleted

KEPT = (
    "company", "site", "unit", "taxcode", "item", "party", "customer", "shipto", "einvoiceprofile", "sellerdetails",
)  # fmt: skip


class Migration(migrations.Migration):
    folds = "0013_einvoice_parties"  # see erp/kernel/management/commands/install.py
    dependencies = [("masterdata", "0001_initial"), ("kernel", "0002_ground")]
    operations = [
        Audited("masterdata_policyvalue"),
        Audited("masterdata_company"),
        Audited("masterdata_accountingperiod"),
        Audited("masterdata_site"),
        Audited("masterdata_holiday"),
        Audited("masterdata_zone"),
        Audited("masterdata_bin"),
        Audited("masterdata_itemclass"),
        Audited("masterdata_item", ignore=["search"]),
        Audited("masterdata_itemunit"),
        Audited("masterdata_itemreference"),
        Audited("masterdata_party", ignore=["search"]),
        Audited("masterdata_paymentterms"),
        Audited("masterdata_customergroup"),
        Audited("masterdata_customer"),
        Audited("masterdata_shipto"),
        Audited("masterdata_supplier"),
        Audited("masterdata_pricescope"),
        Audited("masterdata_customerpricescope"),
        Audited("masterdata_price"),
        Audited("masterdata_taxcode"),
        Audited("masterdata_taxrule"),
        Audited("masterdata_unit", key="history_id"),
        Audited("masterdata_allowance", ignore=["used"]),
        Audited("masterdata_substitute"),
        Audited("masterdata_freighttariff"),
        Audited("masterdata_freightrate"),
        Audited("masterdata_supplierrebate"),
        Audited("masterdata_catalogueitem"),
        Audited("masterdata_kitcomponent"),
        Audited("masterdata_coupon", ignore=["used"]),
        Audited("masterdata_einvoiceprofile"),
        Audited("masterdata_sellerdetails"),
        *(NeverDeleted(f"masterdata_{table}") for table in KEPT),
    ]
