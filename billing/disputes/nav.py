"""Disputes in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .models import DisputeOutcome
from .permissions import APPROVE_WRITE_OFF, VIEW_DISPUTE
from .queries import open_disputes, write_off_list

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return open_disputes(user=user).order_by()[:MOST].count()


def to_approve(user: User) -> int:
    found = write_off_list(user=user).filter(state=DisputeOutcome.State.WAITING)
    return found.exclude(proposed_by=user.username).order_by()[:MOST].count()


nav.link(
    role=("finance", "process_owner"), group=_("My queues"), label=_("Disputes"), icon="message-circle-warning",
    url_name="billing:dispute_list", permission=VIEW_DISPUTE, count=waiting, order=17,
)  # fmt: skip
nav.link(
    role="customer_service", group=_("My queues"), label=_("Disputes"), icon="message-circle-warning",
    url_name="billing:dispute_list", permission=VIEW_DISPUTE, count=waiting, order=77,
)  # fmt: skip
nav.link(
    role="process_owner", group=_("My queues"), label=_("Write-offs to approve"), icon="eraser",
    url_name="billing:write_off_list", permission=APPROVE_WRITE_OFF, count=to_approve, order=18,
)  # fmt: skip
nav.link(
    role="finance", group=_("My queues"), label=_("Write-offs to approve"), icon="eraser",
    url_name="billing:write_off_list", permission=APPROVE_WRITE_OFF, count=to_approve, order=78,
)  # fmt: skip
