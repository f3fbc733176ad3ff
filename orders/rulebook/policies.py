"""What the house decides about rush orders (OC08)."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

RUSH_CODES = declare(
    key="orders.rush_codes",
    type=str,
    default="RUSH",
    levels=("company",),
    owner="process_owner",
    title=_("Rush codes"),
    help=_("Codes by which an order says that it is urgent, with blanks between. Empty: no rush orders."),
)
RUSH_PRIORITY = declare(
    key="orders.rush_priority",
    type=int,
    default=1,
    minimum=1,
    maximum=99,
    levels=("site", "company"),
    owner="process_owner",
    title=_("Rush: priority"),
    help=_("The priority of a rush order when stock is short and at release; 1 is served first."),
)
RUSH_QUOTA = declare(
    key="orders.rush_quota",
    type=int,
    default=10,
    minimum=0,
    maximum=1_000_000,
    levels=("site", "company"),
    owner="process_owner",
    title=_("Rush: quota"),
    help=_("How much a site takes as rush in a day or week. 0: nothing."),
)
RUSH_QUOTA_OF = declare(
    key="orders.rush_quota_of",
    type=str,
    default="orders",
    choices=(("orders", _("orders")), ("units", _("stock units"))),
    levels=("site", "company"),
    owner="process_owner",
    title=_("Rush: what the quota counts"),
    help=_("Orders, or the stock units of their goods."),
)
RUSH_PERIOD = declare(
    key="orders.rush_period",
    type=str,
    default="day",
    choices=(("day", _("day")), ("week", _("week"))),
    levels=("site", "company"),
    owner="process_owner",
    title=_("Rush: period of the quota"),
    help=_("The site's day, or its week from Monday."),
)
RUSH_OVER_QUOTA = declare(
    key="orders.rush_over_quota",
    type=str,
    default="refuse",
    choices=(("refuse", _("refuse the order")), ("hold", _("take it and hold it"))),
    levels=("site", "company"),
    owner="process_owner",
    title=_("Rush: beyond the quota"),
    help=_("Refuse the order, or take it with its usual priority and hold it until someone lets it rush."),
)


def rush_codes(company_id: int) -> tuple[str, ...]:
    """The codes that a company's orders may carry."""
    return tuple(RUSH_CODES.value(company=company_id).upper().replace(",", " ").split())
