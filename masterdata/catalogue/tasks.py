"""A supplier's list that a program has sent, taken behind its request."""

from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.jobs import JobRun, job

from .actions.load_catalogue import load_catalogue
from .actions.start_load import LOAD
from .rules import stored_row


@job(LOAD)
def load(run: JobRun) -> str:
    """Take the whole list, or nothing of it; taken twice it changes nothing more."""
    assert run.requested_by is not None, "a list is taken for somebody"
    rows = [stored_row(each) for each in run.params["rows"]]
    run.total(len(rows))
    done = load_catalogue(By(Actor.of(run.requested_by)), supplier_id=run.params["supplier_id"], rows=rows)
    run.advance(len(rows))
    return _("%(new)s new, %(changed)s changed, %(same)s as they were") % {
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
    }
