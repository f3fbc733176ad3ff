"""What a worker may post by itself."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

POST_CERTAIN = declare(
    key="billing.post_certain_entries",
    type=bool,
    default=True,
    levels=("company",),
    owner="finance",
    title=_("Bank entries that are certain are posted at once"),
    help=_(
        "An entry whose proposal is certain (it names its invoices and adds up to the cent, or a known account pays one"
        " invoice exactly) is posted by the system. Off: each waits for a person."
    ),
)
