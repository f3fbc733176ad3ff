"""Chart of accounts, account rules and legal number series of a demo company."""

from collections.abc import Sequence

from billing.ledger.models import Account, AccountRule, Purpose
from erp.kernel.models import NumberSeries
from masterdata.models import Company
from reporting.demo.masters import MAIN

# After the Belgian minimum chart; one account serves each purpose.
CHART: dict[str, tuple[str, str, str]] = {
    Purpose.OPENING: ("100000", "Opening balances", "equity"),
    Purpose.INVENTORY: ("340000", "Goods for resale", "asset"),
    Purpose.RECEIVABLE: ("400000", "Trade debtors", "asset"),
    Purpose.GRNI: ("444000", "Goods received, not invoiced", "liability"),
    Purpose.TAX: ("451000", "VAT payable", "liability"),
    Purpose.UNAPPLIED: ("460000", "Unapplied receipts", "liability"),
    Purpose.SUSPENSE: ("499000", "Suspense", "asset"),
    Purpose.CASH: ("550000", "Bank", "asset"),
    Purpose.COGS: ("604000", "Cost of goods sold", "expense"),
    Purpose.DISCOUNT: ("657000", "Cash discounts granted", "expense"),
    Purpose.FEES: ("656000", "Bank charges", "expense"),
    Purpose.DIFFERENCE: ("659000", "Payment differences", "expense"),
    Purpose.WRITE_OFF: ("642000", "Trade debtors written off", "expense"),
    Purpose.ADJUSTMENT: ("609000", "Inventory adjustments", "expense"),
    Purpose.SHRINKAGE: ("609100", "Inventory lost and found", "expense"),
    Purpose.COUNT: ("609200", "Count differences", "expense"),
    Purpose.SPOILAGE: ("609300", "Damaged and expired goods", "expense"),
    Purpose.OWN_USE: ("609400", "Own use and samples", "expense"),
    Purpose.REVENUE: ("700000", "Sales", "income"),
    Purpose.RECOVERY: ("743000", "Recovered from carriers", "income"),
}
SERIES = (("invoice", "INV-"), ("credit_memo", "CM-"))


def accounts(company: Company) -> list[Account]:
    """An account for every purpose that the house posts to."""
    return [
        Account(company=company, code=CHART[purpose][0], name=CHART[purpose][1], kind=CHART[purpose][2])
        for purpose in Purpose
    ]


def account_rules(company: Company, accounts: Sequence[Account]) -> list[AccountRule]:
    """Each purpose to its account, for all classes of items."""
    by_code = {account.code: account for account in accounts}
    return [
        AccountRule(company=company, purpose=purpose, account=by_code[CHART[purpose][0]])
        for purpose in Purpose
    ]


def number_series(company: Company) -> list[NumberSeries]:
    """A company's own series each: no two documents of the house share a number."""
    own = "" if company.code == MAIN else f"{company.code}-"
    return [
        NumberSeries(scope=f"company:{company.pk}", code=code, prefix=f"{own}{prefix}")
        for code, prefix in SERIES
    ]
