"""The administrator's menu."""

from django.utils.translation import gettext_lazy as _

from .. import nav
from ..models import OutboxEntry, User


def dead_letters(user: User) -> int:
    return OutboxEntry.objects.filter(dead_at__isnull=False, done_at=None).count()


PEOPLE, SYSTEM = _("People"), _("System")

nav.link(
    role="administrator",
    group=PEOPLE,
    label=_("Users"),
    icon="users",
    url_name="user_list",
    permission="kernel.administer",
    order=10,
)
nav.link(
    role="administrator",
    group=PEOPLE,
    label=_("Roles"),
    icon="shield-check",
    url_name="role_matrix",
    permission="kernel.administer",
    order=11,
)
nav.link(
    role="administrator",
    group=SYSTEM,
    label=_("Outbox"),
    icon="send",
    url_name="outbox_list",
    permission="kernel.run_outbox",
    count=dead_letters,
    order=20,
    query="view=dead",
)
nav.link(
    role="administrator",
    group=SYSTEM,
    label=_("Jobs"),
    icon="loader-circle",
    url_name="job_list",
    permission="kernel.administer",
    order=21,
)
nav.link(
    role="administrator",
    group=SYSTEM,
    label=_("Audit"),
    icon="history",
    url_name="audit_list",
    permission="kernel.view_audit",
    order=22,
)
