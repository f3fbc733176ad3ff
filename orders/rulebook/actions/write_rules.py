"""Write a version of a company's order rules: begin one, change and remove its rules, drop it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound, NotPermitted

from ..changes import LockedVersion, lock_version
from ..checks import sound_conditions, sound_outcome
from ..errors import RulesOpen
from ..models import OrderRule, RuleVersion
from ..permissions import WRITE_RULES

State = RuleVersion.State


@dataclass(frozen=True, slots=True)
class RulesWritten:
    """The version, and its row's version that the next change must name."""

    version_id: int
    version: int


@command(
    "orders.begin_rules",
    conflicts={"rule_version_one_open": lambda company_id, **_more: RulesOpen(version=_("A version"))},
)
def begin_rules(batch: Batch, *, company_id: int, reason: str, based_on: int | None = None) -> RulesWritten:
    """Begin a company's next version with the rules of another of its versions: that is also how one comes back.

    Nothing is decided by it before someone else approves. Raises NotFound, BadInput, RulesOpen.
    """
    batch.actor.require(WRITE_RULES, company=company_id)
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say what changes."))
    versions = RuleVersion.objects.filter(company=company_id)
    if busy := versions.filter(state__in=(State.DRAFT, State.PROPOSED)).first():
        raise RulesOpen(version=busy)
    if based_on is not None and not versions.filter(pk=based_on).exists():
        raise NotFound(what=_("version of the order rules"), reference=based_on)
    made = RuleVersion.objects.create(
        company_id=company_id,
        number=(versions.aggregate(n=Max("number"))["n"] or 0) + 1,
        reason=reason.strip()[:200],
        based_on_id=based_on,
        written_by_id=_writer(batch),
    )
    OrderRule.objects.bulk_create(
        OrderRule(
            rule_version=made,
            sequence=rule.sequence,
            name=rule.name,
            conditions=rule.conditions,
            kind=rule.kind,
            outcome=rule.outcome,
        )
        for rule in OrderRule.objects.filter(rule_version=based_on)
    )
    batch.decide("orders.begin_rules", RuleVersion, made.pk, {"reason": reason, "based_on": based_on})
    return RulesWritten(made.pk, made.version)


@command("orders.write_rule")
def write_rule(
    batch: Batch,
    *,
    version_id: int,
    sequence: int,
    name: str,
    conditions: Sequence[Mapping[str, Any]],
    kind: str,
    outcome: Mapping[str, Any],
    rule_id: int | None = None,
    version: int | None = None,
) -> RulesWritten:
    """Add a rule to a draft, or change one of it. Conditions and outcome are as `orders.rulebook.checks` takes them.

    `version`: of the draft as it was looked at; None, for a rule that is added, does not ask. A sequence that another
    rule has is refused. Raises NotFound, StaleVersion, RulesState, BadInput.
    """
    rules = OrderRule.objects.filter(rule_version=version_id)
    name = name.strip()[:80]

    def compared(_version: LockedVersion) -> list[dict[str, Any]]:
        return _compared(rules.filter(pk=rule_id or 0).first(), name, sequence, kind)

    draft = lock_version(batch, version_id, WRITE_RULES, version=version, compared=compared)
    draft.needs(State.DRAFT, verb=_("changed"))
    if not name:
        raise BadInput(field="name", reason=_("give it a name; it stands in every order's why."))
    if not 1 <= sequence <= 9999:
        raise BadInput(field="sequence", reason=_("a whole number from 1 to 9999."))
    if rules.filter(sequence=sequence).exclude(pk=rule_id or 0).exists():
        raise BadInput(field="sequence", reason=_("another rule has this place."))
    rule = OrderRule(rule_version_id=version_id)
    if rule_id is not None:
        found = rules.filter(pk=rule_id).first()
        if found is None:
            raise NotFound(what=_("rule of %(version)s") % {"version": draft.name}, reference=rule_id)
        rule = found
    rule.sequence, rule.name, rule.kind = sequence, name, kind
    rule.conditions = sound_conditions(conditions, draft.company_id)
    rule.outcome = sound_outcome(kind, outcome, draft.company_id)
    rule.save()
    return _written(batch, version_id, draft.version)


def _compared(theirs: OrderRule | None, name: str, sequence: int, kind: str) -> list[dict[str, Any]]:
    """What was entered beside what the rule is now; its conditions are looked at on the page."""
    mine = {_("Name"): name, _("Place"): str(sequence), _("It decides"): kind}
    there = (theirs.name, str(theirs.sequence), theirs.kind) if theirs else ("–", "–", "–")
    return [
        {"label": label, "mine": own, "theirs": other}
        for (label, own), other in zip(mine.items(), there, strict=True)
        if own != other
    ]


@command("orders.remove_rule")
def remove_rule(batch: Batch, *, version_id: int, version: int, rule_id: int) -> RulesWritten:
    """Take a rule out of a draft. Raises NotFound, StaleVersion, RulesState."""
    draft = lock_version(batch, version_id, WRITE_RULES, version=version)
    draft.needs(State.DRAFT, verb=_("changed"))
    gone, _rows = OrderRule.objects.filter(rule_version=version_id, pk=rule_id).delete()
    if not gone:
        raise NotFound(what=_("rule of %(version)s") % {"version": draft.name}, reference=rule_id)
    return _written(batch, version_id, version)


def _written(batch: Batch, version_id: int, version: int) -> RulesWritten:
    batch.update(RuleVersion, [version_id], written_by=_writer(batch), version=version + 1)
    return RulesWritten(version_id, version + 1)


def _writer(batch: Batch) -> int:
    """Four eyes need a first pair: rules are written by somebody."""
    if batch.actor.user_id is None:
        raise NotPermitted(permission=WRITE_RULES)
    return batch.actor.user_id
