from django.db import migrations

from erp.kernel.schema import Audited


class Migration(migrations.Migration):
    dependencies = [("masterdata", "0001_initial")]
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
    ]
