"""What is decided about a re-allocation run."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.web import done, needs

from .actions.decide_run import commit_run, drop_run, undo_run
from .permissions import REALLOCATE
from .queries import run_list

VERBS = {"commit": commit_run, "drop": drop_run, "undo": undo_run}


@require_POST
@needs(REALLOCATE)
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Commit, drop or take back; what changes promises goes on as a job."""
    run = get_object_or_404(run_list(user=request.user), pk=pk)
    if verb not in VERBS:
        raise NotFound(what=_("decision"), reference=verb)
    VERBS[verb](By(Actor.of(request.user)), run_id=run.pk)
    text = _("%(run)s is dropped") if verb == "drop" else _("%(run)s is on its way; the job says how it went")
    return done(
        request, text % {"run": run.number}, back=reverse("orders:run", args=[run.pk]), queue__changed={}
    )
