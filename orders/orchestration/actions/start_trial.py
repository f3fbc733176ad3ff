"""Try a version of the order rules on the orders of some days; the job that follows only reads them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.jobs import start_job
from erp.kernel.models import User
from orders.orchestration.models import RuleTrial
from orders.orchestration.permissions import TRY_RULES
from orders.rulebook.models import RuleVersion
from orders.rulebook.queries import rules_of

TRY = "orders.try_rules"
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class TrialStarted:
    """The trial, and the job that works on it."""

    trial_id: int
    job: str


@command("orders.start_trial")
def start_trial(batch: Batch, *, version_id: int, from_on: date, to_on: date) -> TrialStarted:
    """Ask the version's rules, as they stand now, about every order of these days (both inclusive, at most 92).

    Raises NotFound, NotPermitted, BadInput.
    """
    version = RuleVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFound(what=_("version of the order rules"), reference=version_id)
    batch.actor.require(TRY_RULES, company=version.company_id)
    if not 0 <= (to_on - from_on).days < MOST_DAYS:
        raise BadInput(field="to_on", reason=_("from one to %(n)s days.") % {"n": MOST_DAYS})
    trial = RuleTrial.objects.create(
        rule_version=version,
        company_id=version.company_id,
        from_on=from_on,
        to_on=to_on,
        rules=[
            [rule.pk, rule.sequence, rule.name, rule.conditions, rule.kind, rule.outcome]
            for rule in rules_of(version)
        ],
        started_by=batch.actor.name,
        started_at=batch.now,
    )
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    title = _("Try %(version)s on past orders") % {"version": version}
    started = start_job(TRY, title, {"trial": trial.pk}, user)
    return TrialStarted(trial.pk, str(started.public_id))
