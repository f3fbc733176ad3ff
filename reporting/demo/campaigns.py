"""What begins to be sold otherwise today: a matrix on cost for the web shop, a promotion that a supplier helps pay,
a rebate of that supplier, a coupon, and free goods.

It comes after the trade, so that the weeks before were sold at list, terms and agreements.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from masterdata.agreements.actions.assign_price_scope import assign_price_scope
from masterdata.agreements.actions.create_price_scope import create_price_scope
from masterdata.agreements.actions.issue_coupon import issue_coupon
from masterdata.agreements.actions.set_allowance import set_allowance
from masterdata.agreements.actions.set_price import set_price
from masterdata.agreements.actions.set_rebate import set_rebate
from masterdata.models import Company, CustomerGroup, Item, ItemClass, Supplier

RUNS = timedelta(days=30)
BUDGET = Decimal(2_500)
TIERS = ((0, 60), (50, 52), (200, 45))  # stock units from which on, percent on replacement cost
COUPON_USES = 200
BOUGHT, FREE = Decimal(50), Decimal(2)
OFF_PERCENT, FUNDED_PERCENT, REBATE_PERCENT = Decimal(5), Decimal(50), Decimal(3)


def open_campaigns(by: Callable[[str, datetime], By], now: datetime) -> None:
    """A matrix, a promotion and a rebate of the first company, each for one class of items; a coupon and free goods."""
    company = Company.objects.order_by("pk")[0]
    classes = list(ItemClass.objects.filter(items__kind="stocked").order_by("code").distinct())
    _matrix(lambda: by("steward", now), company, classes[0], now.date())
    _promotion(lambda: by("steward", now), company, classes[1], now.date())
    _coupon(lambda: by("steward", now), company, classes[-1], now.date())
    _free_goods(lambda: by("steward", now), company, classes[-1], now.date())


def _matrix(by: Callable[[], By], company: Company, item_class: ItemClass, on: date) -> None:
    made = create_price_scope(
        by(), company_id=company.pk, kind="group", code="MATRIX-WEB", name="Matrix of the web shop"
    )
    for quantity, percent in TIERS:
        set_price(
            by(),
            scope_id=made.scope_id,
            item_class_id=item_class.pk,
            method="markup",
            value=Decimal(percent),
            min_quantity=Decimal(quantity),
            valid_from=on,
        )
    group = CustomerGroup.objects.get(code="WEB")
    assign_price_scope(by(), scope_id=made.scope_id, group_id=group.pk, valid_from=on)


def _promotion(by: Callable[[], By], company: Company, item_class: ItemClass, on: date) -> None:
    supplier = Supplier.objects.filter(company=company).order_by("pk")[0]
    made = create_price_scope(
        by(),
        company_id=company.pk,
        kind="promotion",
        code="YEAR-END",
        name="Year-end campaign",
        stacking="on_terms",
        funded_by_id=supplier.pk,
        funding_percent=FUNDED_PERCENT,
    )
    set_price(
        by(),
        scope_id=made.scope_id,
        item_class_id=item_class.pk,
        method="discount",
        value=OFF_PERCENT,
        valid_from=on,
    )
    group = CustomerGroup.objects.get(code="IND")
    assign_price_scope(by(), scope_id=made.scope_id, group_id=group.pk, valid_from=on, valid_to=on + RUNS)
    set_allowance(by(), scope_id=made.scope_id, most=BUDGET)
    set_rebate(
        by(),
        supplier_id=supplier.pk,
        item_class_id=item_class.pk,
        method="percent",
        value=REBATE_PERCENT,
        valid_from=on,
        reference="BONUS",
        reason="Bonus of the year-end campaign",
    )


def _coupon(by: Callable[[], By], company: Company, item_class: ItemClass, on: date) -> None:
    """Customers say WELCOME once and get something off one class of items."""
    made = create_price_scope(
        by(), company_id=company.pk, kind="promotion", code="WELCOME", name="Welcome", stacking="on_terms"
    )
    set_price(
        by(),
        scope_id=made.scope_id,
        item_class_id=item_class.pk,
        method="discount",
        value=OFF_PERCENT,
        valid_from=on,
    )
    set_allowance(by(), scope_id=made.scope_id, most=BUDGET)
    issue_coupon(
        by(),
        scope_id=made.scope_id,
        code="WELCOME",
        valid_from=on,
        valid_to=on + RUNS,
        most_uses=COUPON_USES,
        most_per_customer=1,
    )


def _free_goods(by: Callable[[], By], company: Company, item_class: ItemClass, on: date) -> None:
    """Industry gets some of an item free for so many bought."""
    made = create_price_scope(
        by(),
        company_id=company.pk,
        kind="promotion",
        code="50-2",
        name="Two free with fifty",
        stacking="free",
    )
    item = Item.objects.filter(item_class=item_class, kind=Item.Kind.STOCKED).order_by("code")[0]
    set_price(
        by(),
        scope_id=made.scope_id,
        item_id=item.pk,
        method="free",
        value=FREE,
        min_quantity=BOUGHT,
        valid_from=on,
    )
    group = CustomerGroup.objects.get(code="IND")
    assign_price_scope(by(), scope_id=made.scope_id, group_id=group.pk, valid_from=on, valid_to=on + RUNS)
