"""Closes and their tasks take files: reconciliations, confirmations, what an auditor asks for."""

from django.urls import reverse

from billing.ledger.permissions import VIEW_LEDGER
from erp.kernel.attachments import attachable

from .models import CloseTask, PeriodClose
from .permissions import WORK_CLOSE

attachable(
    PeriodClose, view=VIEW_LEDGER, attach=WORK_CLOSE, page=lambda row: reverse("billing:close", args=[row.pk])
)
attachable(
    CloseTask,
    view=VIEW_LEDGER,
    attach=WORK_CLOSE,
    page=lambda row: reverse("billing:close_task", args=[row.pk]),
)
