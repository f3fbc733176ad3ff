"""The board in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_TASKS

nav.link(
    role=("warehouse", "process_owner"), group="", label=_("Work on the floor"), icon="list-todo",
    url_name="inventory:task_list", permission=VIEW_TASKS, order=7,
)  # fmt: skip
