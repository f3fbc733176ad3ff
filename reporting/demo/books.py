"""Chart of accounts, account rules and legal number series of a demo company."""

from collections.abc import Sequence

from billing.ledger.models import Account, AccountClass, AccountRule, Purpose
from erp.kernel.models import NumberSeries
from masterdata.models import Company
from reporting.demo.masters import MAIN

# After the Belgian minimum chart; one account serves each purpose.
CHART: dict[str, tuple[str, str, str]] = {
    Purpose.RETAINED: ("140000", "Profit carried forward", "equity"),
    Purpose.OPENING: ("100000", "Opening balances", "equity"),
    Purpose.INVENTORY: ("340000", "Goods for resale", "asset"),
    Purpose.RECEIVABLE: ("400000", "Trade debtors", "asset"),
    Purpose.PAYABLE: ("440000", "Trade creditors", "liability"),
    Purpose.GRNI: ("444000", "Goods received, not invoiced", "liability"),
    Purpose.INPUT_TAX: ("411000", "VAT deductible", "asset"),
    Purpose.TAX: ("451000", "VAT payable", "liability"),
    Purpose.UNAPPLIED: ("460000", "Unapplied receipts", "liability"),
    Purpose.SUSPENSE: ("499000", "Suspense", "asset"),
    Purpose.CASH: ("550000", "Bank", "asset"),
    Purpose.VARIANCE: ("602000", "Purchase price differences", "expense"),
    Purpose.FREIGHT_IN: ("602100", "Freight of purchases", "expense"),
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
    Purpose.DISCOUNT_IN: ("608000", "Cash discounts taken", "expense"),
    Purpose.RECOVERY: ("743000", "Recovered from carriers", "income"),
}
# Code, name, kind, what the sum down to it is called, and the accounts it gathers by the beginning of their code.
CLASSES: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("SALES", "Net sales", "income", "", ("70",)),
    ("COS", "Cost of sales", "expense", "Gross profit", ("602", "604", "608", "609")),
    ("LOSS", "Losses on trade receivables", "expense", "", ("642",)),
    ("OTHER", "Other operating income", "income", "Operating result", ("74",)),
    ("FIN", "Financial expenses", "expense", "Result before tax", ("65",)),
    ("STOCK", "Inventories", "asset", "", ("34",)),
    ("AR", "Trade receivables", "asset", "", ("40",)),
    ("VAT", "Tax to be recovered", "asset", "", ("41",)),
    ("SUSP", "Accounts to be cleared", "asset", "", ("499",)),
    ("CASH", "Cash at bank", "asset", "", ("55",)),
    ("AP", "Trade payables", "liability", "", ("440", "444")),
    ("ADV", "Received in advance", "liability", "", ("46",)),
    ("TAX", "Taxes", "liability", "", ("45",)),
    ("CAP", "Capital", "equity", "", ("10", "14")),
)
SERIES = (("invoice", "INV-"), ("credit_memo", "CM-"))


def account_classes() -> list[AccountClass]:
    """The lines of the statements, for every company."""
    return [
        AccountClass(code=code, name=name, kind=kind, subtotal=subtotal, position=10 * place)
        for place, (code, name, kind, subtotal, _accounts) in enumerate(CLASSES, 1)
    ]


def accounts(company: Company, classes: Sequence[AccountClass]) -> list[Account]:
    """An account for every purpose that the house posts to, under its class."""
    return [
        Account(
            company=company,
            code=CHART[purpose][0],
            name=CHART[purpose][1],
            kind=CHART[purpose][2],
            account_class=_class_of(CHART[purpose][0], classes),
        )
        for purpose in Purpose
    ]


def _class_of(code: str, classes: Sequence[AccountClass]) -> AccountClass | None:
    gathered = {name: beginnings for name, *_rest, beginnings in CLASSES}
    return next((each for each in classes if code.startswith(gathered[each.code])), None)


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
