"""Who looks after documents that wait."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from erp.kernel.models import User
from orders.channels.actions.intake_order import INTAKE_ORDER
from orders.channels.models import IntakeDocument


@command("orders.assign_documents")
def assign_documents(batch: Batch, *, document_ids: Sequence[int], owner_id: int | None) -> None:
    """Give documents to somebody, or with None to nobody. Raises NotFound for one outside the actor's companies."""
    batch.actor.require(INTAKE_ORDER)
    if owner_id is not None and not User.objects.filter(pk=owner_id, is_active=True).exists():
        raise NotFound(what=_("user"), reference=owner_id)
    rows = IntakeDocument.objects.filter(pk__in=document_ids).order_by("pk").select_for_update(no_key=True)
    companies = dict(rows.values_list("pk", "company"))
    for document_id in document_ids:
        if document_id not in companies or not batch.actor.may(INTAKE_ORDER, company=companies[document_id]):
            raise NotFound(what=_("intake document"), reference=document_id)
    batch.update(IntakeDocument, sorted(companies), owner=owner_id)
