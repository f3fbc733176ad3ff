"""What the house decides about goods that come back (RM01)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare, declare_days, declare_percent

RETURN_WINDOW = declare_days(
    "orders.return_window_days",
    30,
    maximum=3650,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Return window"),
    help=_("How long after shipping a return is approved without the process owner."),
)
RESTOCKING_FEE = declare_percent(
    "orders.restocking_fee_percent",
    15,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Restocking fee"),
    help=_("Kept back of the price paid when the return is of the customer's own making."),
)
APPROVAL_LIMIT = declare(
    key="orders.return_approval_limit",
    type=Decimal,
    default=Decimal(500),
    minimum=Decimal(0),
    levels=("company",),
    owner="process_owner",
    title=_("Return approval limit"),
    help=_(
        "Above this value at the price paid, in the order's currency, the process owner approves a return."
    ),
)
EXCESS = declare(
    key="orders.return_excess",
    type=str,
    default="refuse",
    choices=(("refuse", _("refuse")), ("park", _("park"))),
    levels=("site", "company"),
    owner="warehouse",
    title=_("More comes back than authorised"),
    help=_("Refused at the dock, or set aside until customer service decides."),
)
