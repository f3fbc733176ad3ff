"""Bill all: start a run from the list of what is unbilled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.invoicing.actions.invoice_shipments import INVOICE
from billing.invoicing.tasks import start_invoice_run
from erp.kernel.models import User
from erp.kernel.web import done, needs
from masterdata.models import Company


@require_POST
@needs(INVOICE)
def start(request: HttpRequest) -> HttpResponse:
    """Start the run over a company; its progress is in the top bar."""
    assert isinstance(request.user, User)  # `needs` lets nobody else in
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=request.POST.get("company") or 0)
    start_invoice_run(request.user, company, timezone.now())
    text = _("The invoice run has started. Its progress is in the top bar.")
    return done(request, text, back=reverse("billing:unbilled_list"), job__started={}, queue__changed={})
