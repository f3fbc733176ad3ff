"""Notices in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from orders.entry.nav import MOST, QUEUES

from .models import OrderMessage
from .permissions import VIEW_MESSAGE


def drafts(user: User) -> int:
    return OrderMessage.objects.visible_to(user).filter(state="draft")[:MOST].count()


nav.link(
    role="customer_service", group=QUEUES, label=_("Customer notices"), icon="mail",
    url_name="orders:message_list", permission=VIEW_MESSAGE, count=drafts, order=75,
)  # fmt: skip
nav.link(
    role="customer_service", group=_("Look up"), label=_("Documents sent"), icon="send",
    url_name="orders:document_list", permission=VIEW_MESSAGE, order=76,
)  # fmt: skip
