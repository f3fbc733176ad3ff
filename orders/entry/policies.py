"""What the house decides about taking orders."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.kernel.actor import Actor
from inventory.outbound.rules import PARTS
from masterdata.parties.models import Customer
from masterdata.policies.registry import Policy, declare, declare_days, declare_percent
from orders.pricing.rules import UNBOUND, Authority

from .reads import Header

MARGIN_FLOOR = declare_percent(
    "orders.margin_floor_percent",
    -100,
    minimum=-100,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Margin floor"),
    help=_("An order with a line below this margin on standard cost is held. −100 asks nothing."),
)
SUBSTITUTION_CONSENT = declare(
    key="orders.substitution_consent",
    type=str,
    default="ask",
    choices=(
        ("always", _("Substitutes are welcome")),
        ("ask", _("Ask each time, and keep who agreed")),
        ("never", _("No substitutes")),
    ),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Consent to substitutes"),
    help=_("Whether a customer takes another item in place of the one that was asked for."),
)
KIT_PARTS = declare(
    key="orders.kit_parts",
    type=bool,
    default=False,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Kits in parts"),
    help=_(
        "Components of a kit may leave without each other. Only for customers who take what is there; a kit is "
        "charged once all of it has left."
    ),
)


MINIMUM_LIFE = declare_days(
    "orders.minimum_life_days",
    0,
    maximum=3650,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Remaining life"),
    help=_("How many days are left at least before a lot expires that leaves for a customer."),
)
ORDER_ONLY_SUPPLY = declare(
    key="orders.order_only_supply",
    type=str,
    default="special",
    choices=(
        ("special", _("Bought, received at the site, sent from there")),
        ("drop", _("Sent to the customer by the supplier")),
        ("stock", _("From stock, like everything else")),
    ),
    levels=("customer", "company"),
    owner="procurement",
    title=_("Supply of what the house does not keep"),
    help=_(
        "How a line is supplied whose item is bought to order or comes from a catalogue, if nobody says otherwise."
    ),
)


def _of_role(role: str, words: object, percent: int) -> tuple[Policy[Decimal], Policy[Decimal]]:
    """What a role may give away by hand, and below which margin it asks whatever it gives."""
    discount = declare_percent(
        f"orders.price_authority_{role}_percent",
        percent,
        levels=("customer", "company"),
        owner="process_owner",
        title=_("Price authority: %(role)s") % {"role": words},
        help=_("A price set further below the price found waits for approval. 100 asks nobody."),
    )
    floor = declare_percent(
        f"orders.price_floor_{role}_percent",
        -100,
        minimum=-100,
        maximum=99,
        levels=("customer", "company"),
        owner="process_owner",
        title=_("Price floor: %(role)s") % {"role": words},
        help=_(
            "A price set by hand below this margin on replacement cost waits for approval. −100 asks nothing."
        ),
    )
    return discount, floor


AUTHORITY = {
    "customer_service": _of_role("customer_service", _("customer service"), 15),
    "process_owner": _of_role("process_owner", _("process owner"), 100),
}


def margin_floor_of(header: Header) -> Decimal:
    """The margin in percent below which a line of the order is held."""
    return MARGIN_FLOOR.value(on=header.on_day, company=header.company_id, customer=header.customer_id)


def life_of(header: Header) -> int:
    """How many days are left at least before a lot expires that leaves for the order."""
    return MINIMUM_LIFE.value(on=header.on_day, company=header.company_id, customer=header.customer_id)


def kit_rule_of(header: Header) -> str:
    """The ship rule of new kits' components: blank, in whole kits, or parts. Who takes no parts gets whole kits."""
    if header.ship_rule != Customer.ShipRule.PARTIAL:
        return ""
    parts = KIT_PARTS.value(on=header.on_day, company=header.company_id, customer=header.customer_id)
    return PARTS if parts else ""


def authority_of(actor: Actor, right: str, header: Header) -> Authority:
    """How far the actor may go in prices set by hand: the widest of the roles that give it `right` there."""
    if actor.access is None:
        return UNBOUND
    held = AUTHORITY.keys() & actor.roles_giving(right, company=header.company_id, site=header.site_id)
    discounts, floors = [Decimal(0)], []
    on, company, customer = header.on_day, header.company_id, header.customer_id
    for role in held:
        discount, floor = AUTHORITY[role]
        discounts.append(discount.value(on=on, company=company, customer=customer))
        floors.append(floor.value(on=on, company=company, customer=customer))
    return Authority(max(discounts), min(floors, default=Decimal(-100)))
