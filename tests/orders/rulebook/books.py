"""Order rules that are in force, written and approved as people do."""

from datetime import date
from typing import Any

from erp.kernel.command import By
from orders.models import RuleVersion
from orders.rulebook.actions.decide_rules import approve_rules, propose_rules
from orders.rulebook.actions.write_rules import begin_rules, write_rule
from tests.factories import actor, item
from tests.trade import Trade


def when(field: str, operator: str, values: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "values": values}


def rule(sequence: int, kind: str, *conditions: dict[str, str], **outcome: Any) -> dict[str, Any]:
    """A rule as write_rule takes it, named after what it decides."""
    return {
        "sequence": sequence, "name": f"{kind} {sequence}", "kind": kind, "conditions": conditions, "outcome": outcome,
    }  # fmt: skip


def written(shop: Trade, *rules: dict[str, Any], based_on: int | None = None) -> RuleVersion:
    """A draft with these rules, by the shop's own user."""
    made = begin_rules(
        shop.by(), company_id=shop.world.company_id, reason="the house decides", based_on=based_on
    )
    version = made.version
    for each in rules:
        version = write_rule(shop.by(), version_id=made.version_id, version=version, **each).version
    return RuleVersion.objects.get(pk=made.version_id)


def approved(shop: Trade, *rules: dict[str, Any], valid_from: date | None = None) -> RuleVersion:
    """These rules in force, approved by somebody else."""
    draft = written(shop, *rules)
    propose_rules(shop.by(), version_id=draft.pk, version=draft.version)
    second = By(actor("process_owner"))
    approve_rules(second, version_id=draft.pk, version=draft.version + 1, valid_from=valid_from)
    draft.refresh_from_db()
    return draft


def service(code: str = "HANDLING", **values: Any) -> Any:
    """What a fee is charged as."""
    return item(code=code, name="Handling", kind="service", standard_cost=0, **values)
