"""The items of a run, one transaction each; rules on trial, a part of the orders at a time."""

import logging
from collections import Counter
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from erp.kernel.actor import Actor
from erp.kernel.batch import constant
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job
from erp.kernel.upkeep import JOBS_KEPT, daily
from orders.entry.sites import Place
from orders.rulebook.rules import stored_rule

from .actions.decide_run import JOB
from .actions.share_item import share_item, share_item_back
from .actions.start_trial import TRY
from .models import ReallocationItem, RuleTrial, RuleTrialLine
from .reads import PAST, PAST_IDS, PLACES
from .trials import Tried, held, past_order, try_rules

log = logging.getLogger(__name__)

State = ReallocationItem.State
PART = 500  # orders that are tried in one transaction


@job(JOB)
def reallocate(run: JobRun) -> str:
    """Share a run's items anew, or take them back (`undo`); an item that has changed since says so and stays."""
    undo: bool = run.params["undo"]
    verb, begins, ends, fails = (
        (share_item_back, State.DONE, State.UNDONE, State.KEPT)
        if undo
        else (share_item, State.PROPOSED, State.DONE, State.STALE)
    )
    entries = ReallocationItem.objects.filter(run=run.params["run"])
    waiting = list(entries.filter(state=begins).order_by("item_id").values_list("pk", flat=True))
    run.total(len(waiting))
    done = 0
    actor = Actor.of(run.requested_by) if run.requested_by else Actor.system(JOB)
    for pk in waiting:
        if run.cancelled:
            break
        try:
            shared = verb(By(actor), entry_id=pk)
        except DomainError as refusal:
            entries.filter(pk=pk, state=begins).update(state=fails, detail=str(refusal)[:200])
            run.advance(1, failed=1)
        else:
            done += shared.state == ends
            run.advance(1)
    left = len(waiting) - done
    word = "taken back" if undo else "shared anew"
    return f"{done} items {word}" + (f", {left} could not be" if left else "")


@job(TRY)
def try_on_past_orders(run: JobRun) -> str:
    """Ask a trial's rules about its orders and keep those they touch, or that were steered otherwise."""
    trial = RuleTrial.objects.get(pk=run.params["trial"])
    rules = [stored_rule(*rule) for rule in trial.rules]
    places = [
        Place(site_id, code, country, {}) for site_id, code, country in constant(PLACES, trial.company_id)
    ]
    ids = [row[0] for row in constant(PAST_IDS, trial.company_id, trial.from_on, trial.to_on)]
    run.total(len(ids))
    waiting = [order_id for order_id in ids if order_id > run.position.get("after", 0)]
    hits = Counter(trial.hits)
    for start in range(0, len(waiting), PART):
        if run.cancelled:
            break
        part = waiting[start : start + PART]
        with transaction.atomic():
            tried = [try_rules(past_order(row), rules, places) for row in constant(PAST, part)]
            hits.update(str(rule_id) for each in tried for rule_id in each.decides)
            touched = [each for each in tried if each.decides or each.differs]
            RuleTrialLine.objects.bulk_create(_line(trial.pk, each) for each in touched)
            trial.orders, trial.hits = trial.orders + len(tried), dict(hits)
            trial.save(update_fields=["orders", "hits"])
            run.cursor({"after": part[-1]})
            run.advance(len(part))
    trial.finished_at = now()
    trial.save(update_fields=["finished_at"])
    count = trial.lines.count()
    words = ngettext("%(n)d of %(all)d orders touched", "%(n)d of %(all)d orders touched", count)
    return words % {"n": count, "all": trial.orders}


@shared_task
@daily
def purge_trials(at: datetime) -> None:
    """Forget trials as exports are forgotten: with their lines, a while after they have ended, or began and never did.

    What was tried may be tried again; the version that was approved, and why, is kept.
    """
    before = at - JOBS_KEPT
    over = RuleTrial.objects.filter(Q(finished_at__lt=before) | Q(finished_at=None, started_at__lt=before))
    ids = list(over.values_list("pk", flat=True))
    lines = RuleTrialLine.objects.filter(trial__in=ids)
    lines._raw_delete(lines.db)
    RuleTrial.objects.filter(pk__in=ids).delete()
    log.info("purged", extra={"RuleTrial": len(ids)})


def _line(trial_id: int, tried: Tried) -> RuleTrialLine:
    was = tried.order
    return RuleTrialLine(
        trial_id=trial_id,
        order_id=was.order_id,
        decides=list(tried.decides),
        site_was_id=was.facts.site,
        site_would_id=tried.site,
        ship_was=was.ship_rule,
        ship_would=tried.ship_rule,
        priority_was=was.priority,
        priority_would=tried.priority,
        holds_was=held(was.holds),
        holds_would=tried.holds,
        fee_was=was.fee,
        fee_would=tried.fee,
    )
