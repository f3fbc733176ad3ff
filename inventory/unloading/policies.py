"""Whether the dock is told what to expect (WH01)."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

BLIND = declare(
    key="inventory.blind_receiving",
    type=bool,
    default=False,
    levels=("site", "company"),
    owner="process_owner",
    title=_("Blind receiving"),
    help=_("Who unloads is not shown how much is expected, so that everything is counted."),
)
