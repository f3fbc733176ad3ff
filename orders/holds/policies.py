"""When an order waits for a second look (OC05). Each asks nothing until the house sets it; then it asks everyone alike,
and a company or customer differs by an approved variation only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy, declare

T = TypeVar("T", int, Decimal, bool, str)
LEVELS = ("customer", "company")


def _threshold(key: str, default: T, title: Any, help: Any, **more: Any) -> Policy[T]:
    more = {"owner": "process_owner", **more}
    return declare(
        key=f"orders.{key}",
        type=type(default),
        default=default,
        levels=LEVELS,
        title=title,
        help=help,
        **more,
    )


OVERDUE_DAYS = _threshold(
    "overdue_hold_days", 0, _("Overdue: days before orders are held"),
    _("An order is held while its payer owes something for longer than this after its due date. 0 asks nothing."),
    minimum=0, maximum=365, unit=_("days"), owner="finance",
)  # fmt: skip
DISPUTED_COUNTS = _threshold(
    "overdue_disputed_counts", True, _("Overdue: what is disputed counts"),
    _("Off: an order is not held for what its payer disputes of overdue invoices. Credit limits count it either way."),
    owner="finance",
)  # fmt: skip
MINIMUM_NET = _threshold(
    "minimum_order_net", Decimal(0), _("Minimum order"),
    _("An order of less net without freight, in its own currency, is held. 0 asks nothing."), minimum=Decimal(0),
)  # fmt: skip
PO_REPEAT_DAYS = _threshold(
    "po_repeat_hold_days", 0, _("Repeated PO: days to look back"),
    _("For customers who may use a PO number again: an order whose PO came within these days is held. 0 asks nothing."),
    minimum=0, maximum=730, unit=_("days"),
)  # fmt: skip
QUANTITY_TIMES = _threshold(
    "quantity_hold_times", Decimal(0), _("Unusual quantity"),
    _("A line of more than so many times what the customer usually orders of the item is held. 0 asks nothing."),
    minimum=Decimal(0), unit=_("times the usual"),
)  # fmt: skip
BLOCKED_ITEM = _threshold(
    "blocked_item", "refuse", _("Blocked item on an order"),
    _("Refuse the line, or take it and hold the order until someone decides about the item."),
    choices=(("refuse", _("refuse the line")), ("hold", _("hold the order"))), owner="data_steward",
)  # fmt: skip
ADDRESS_CHECK = _threshold(
    "address_hold", False, _("Hold for an incomplete address"),
    _("Goods without a ship-to address, or to one that lacks street, postal code or city, wait."),
)  # fmt: skip
EXPORT_COUNTRIES = _threshold(
    "export_hold_countries", "", _("Export control: countries"),
    _("Deliveries to these countries wait for export control: ISO codes with blanks between. Empty asks nothing."),
)  # fmt: skip
EXPORT_ATTRIBUTE = _threshold(
    "export_hold_attribute", "", _("Export control: item attribute"),
    _("Items with this attribute wait for export control when they leave the site's country. Empty asks nothing."),
)  # fmt: skip
DATA_CHECK = _threshold(
    "data_hold", False, _("Hold for missing master data"),
    _("An order waits when a line has no tax code, or an intra-community customer has no VAT number."),
    owner="data_steward",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is asked of one customer's orders on one day; zero, False and empty ask nothing."""

    overdue_days: int = 0
    disputed_counts: bool = True  # as overdue
    minimum_net: Decimal = Decimal(0)
    po_repeat_days: int = 0
    quantity_times: Decimal = Decimal(0)
    address: bool = False
    export_countries: frozenset[str] = frozenset()
    export_attribute: str = ""
    data: bool = False

    @property
    def needs_facts(self) -> bool:
        """Whether something is asked that an order and its lines do not say themselves."""
        return bool(
            self.overdue_days
            or self.po_repeat_days
            or self.quantity_times
            or self.address
            or self.export_countries
            or self.export_attribute
            or self.data
        )


def thresholds(*, on: date, company: int, customer: int) -> Thresholds:
    """The policies' values, from the process's snapshot: no query."""
    scope: dict[str, Any] = {"on": on, "company": company, "customer": customer}
    return Thresholds(
        overdue_days=OVERDUE_DAYS.value(**scope),
        disputed_counts=DISPUTED_COUNTS.value(**scope),
        minimum_net=MINIMUM_NET.value(**scope),
        po_repeat_days=PO_REPEAT_DAYS.value(**scope),
        quantity_times=QUANTITY_TIMES.value(**scope),
        address=ADDRESS_CHECK.value(**scope),
        export_countries=frozenset(EXPORT_COUNTRIES.value(**scope).upper().replace(",", " ").split()),
        export_attribute=EXPORT_ATTRIBUTE.value(**scope).strip(),
        data=DATA_CHECK.value(**scope),
    )
