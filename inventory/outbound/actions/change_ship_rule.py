"""Change how one delivery may leave: its own rule in place of the customer's, and rules of single lines (OC07)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound, StaleVersion
from inventory.commitments.models import Demand, DemandGroup
from inventory.outbound.permissions import CHANGE_SHIP_RULE
from inventory.outbound.reads import DEMANDS_TO_RULE, GROUP_TO_RULE
from inventory.outbound.rules import PARTS
from masterdata.parties.models import Customer

LABELS = (_l("Ships"), _l("Least fill, %"), _l("Most shipments"))
OF_A_LINE = ("", Customer.ShipRule.PARTIAL.value, Customer.ShipRule.LINE.value, PARTS)


@command("inventory.change_ship_rule")
def change_ship_rule(
    batch: Batch,
    *,
    group_id: int,
    ship_rule: str,
    minimum_fill_percent: int = 0,
    maximum_shipments: int = 0,
    lines: Mapping[int, str],
    reason: str,
    version: int | None = None,
) -> None:
    """Set the delivery's rule, and those of the demands that are named.

    "" lets a line follow the delivery again, "parts" lets a kit's component leave without the others.

    What is in the warehouse already is judged by the new rule when it leaves. `version`: the delivery's, when it was
    looked at. Raises NotFound, BadInput, StaleVersion.
    """
    _check(ship_rule, minimum_fill_percent, maximum_shipments, lines, reason)
    rows = batch.read(GROUP_TO_RULE, group_id)
    if not rows:
        raise NotFound(what=_("delivery"), reference=group_id)
    ((document, company_id, site_id, present, *before),) = rows
    batch.actor.require(CHANGE_SHIP_RULE, company=company_id, site=site_id)
    after = [ship_rule, minimum_fill_percent, maximum_shipments]
    if version not in (None, present):
        raise StaleVersion(
            document=document, actor=_("someone"), version=present,
            changes=[
                {"label": label, "mine": str(mine), "theirs": str(theirs)}
                for label, mine, theirs in zip(LABELS, after, before, strict=True)
            ],
        )  # fmt: skip
    rows = batch.read(DEMANDS_TO_RULE, group_id)
    known, kits = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
    if unknown := sorted(lines.keys() - known.keys()):
        raise NotFound(what=_("line of %(document)s") % {"document": document}, reference=unknown[0])
    if any(rule == PARTS and kits[demand_id] is None for demand_id, rule in lines.items()):
        raise BadInput(field="lines", reason=_("only a kit has parts."))
    changed = {demand_id: rule for demand_id, rule in lines.items() if known[demand_id] != rule}
    batch.update(Demand, list(changed), ship_rule=list(changed.values()))
    batch.update(
        DemandGroup,
        [group_id],
        ship_rule=ship_rule,
        minimum_fill_percent=minimum_fill_percent,
        maximum_shipments=maximum_shipments,
        has_line_rules=any({**known, **changed}.values()) or any(kits.values()),
        version=present + 1,
    )
    batch.decide(
        "inventory.change_ship_rule",
        DemandGroup,
        group_id,
        {
            "before": before,
            "after": after,
            "lines": [[demand_id, known[demand_id], rule] for demand_id, rule in changed.items()],
            "reason": reason.strip()[:200],
        },
    )


def _check(
    ship_rule: str,
    minimum_fill_percent: int,
    maximum_shipments: int,
    lines: Mapping[int, str],
    reason: str,
) -> None:
    if ship_rule not in Customer.ShipRule.values:
        raise BadInput(
            field="ship_rule", reason=_("one of: %(rules)s.") % {"rules": ", ".join(Customer.ShipRule.values)}
        )
    if not 0 <= minimum_fill_percent <= 100:
        raise BadInput(field="minimum_fill_percent", reason=_("from 0 to 100."))
    if not 0 <= maximum_shipments <= 99:
        raise BadInput(field="maximum_shipments", reason=_("from 0 to 99; 0 is any number."))
    if not set(lines.values()) <= set(OF_A_LINE):
        raise BadInput(field="lines", reason=_("a line is partial, line, parts, or follows the order."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why this order ships differently."))
