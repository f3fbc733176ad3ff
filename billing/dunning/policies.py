"""How hard a company duns."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare, declare_days

LEVELS = ("company",)

PAUSE_DAYS = declare_days(
    "billing.dunning_pause_days",
    7,
    minimum=1,
    maximum=90,
    levels=LEVELS,
    owner="finance",
    title=_("Days between two dunning letters"),
    help=_("An invoice reaches its next level no sooner than so many days after its last letter."),
)
PAY_DAYS = declare_days(
    "billing.dunning_pay_days",
    7,
    minimum=1,
    maximum=60,
    levels=LEVELS,
    owner="finance",
    title=_("Days to pay after a dunning letter"),
    help=_("A letter asks for the money within so many days."),
)
MINIMUM = declare(
    key="billing.dunning_minimum",
    type=Decimal,
    default=Decimal(10),
    levels=LEVELS,
    owner="finance",
    title=_("Least amount that is dunned"),
    help=_("No letter is written to a payer of whom less is overdue, in the payer's currency."),
    minimum=Decimal(0),
)
