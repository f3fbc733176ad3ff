"""Quotes in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace
from orders.entry.nav import MOST, QUEUES

from .models import Quote
from .permissions import VIEW_QUOTE
from .queries import still_open


def open_quotes(user: User) -> int:
    return at_workplace(Quote.objects.visible_to(user), user).filter(still_open())[:MOST].count()


nav.link(
    role=("customer_service", "process_owner"), group=QUEUES, label=_("Quotes"), icon="file-text",
    url_name="orders:quote_list", permission=VIEW_QUOTE, count=open_quotes, key="G Q", order=11,
)  # fmt: skip
