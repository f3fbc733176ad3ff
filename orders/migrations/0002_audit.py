from django.db import migrations

from erp.kernel.schema import AppendOnly, Audited


class Migration(migrations.Migration):
    folds = "0018_declined_goods_and_fees"  # see erp/kernel/management/commands/install.py
    dependencies = [("orders", "0001_initial"), ("kernel", "0002_ground")]
    operations = [
        Audited("orders_salesorder", insert=False, ignore=["open_net", "open_gross"]),
        Audited("orders_orderline", insert=False),
        Audited("orders_creditaccount", ignore=["exposure", "holder"]),
        Audited("orders_hold", insert=False),
        Audited("orders_customerreturn", insert=False),
        Audited(
            "orders_returnline",
            insert=False,
            ignore=["received", "excess", "disposed", "creditable", "credited"],
        ),
        Audited("orders_carrierclaim", insert=False),
        Audited("orders_tradingpartner"),
        Audited("orders_priceproposal", ignore=["impact"]),
        Audited("orders_quote", insert=False),
        Audited("orders_quoteline", insert=False, ignore=["order_line_id"]),
        Audited("orders_blanketorder", insert=False),
        Audited("orders_blanketline", insert=False, ignore=["called"]),
        Audited("orders_ruleversion"),
        Audited("orders_orderrule"),
        AppendOnly("orders_returndisposition"),
        AppendOnly("orders_quoterevision"),
    ]
