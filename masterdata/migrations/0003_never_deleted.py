from django.db import migrations

from erp.kernel.schema import NeverDeleted

TABLES = ["company", "site", "unit", "taxcode", "item", "party", "customer", "shipto"]


class Migration(migrations.Migration):
    dependencies = [("masterdata", "0002_audit")]
    operations = [NeverDeleted(f"masterdata_{table}") for table in TABLES]
