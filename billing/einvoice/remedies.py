"""What puts right what a rule finds: where the value comes from that it wants."""

from django.utils.translation import gettext_lazy as _

SELLER = _("Complete the company's seller details (master data, Companies), then make it again.")
BUYER = _("Complete the customer's tax number or address, then make it again.")
ENDPOINT = _("Complete the electronic address of the customer or the company, then make it again.")
TAX = _("Enter the exemption reason in the tax code, then make it again.")
MIXED = _(
    "Supplies outside the scope of tax need an invoice of their own: credit this one and bill them apart."
)
UNIT = _("Give the item's unit its UN/ECE code, then make it again.")
COUNTRY = _("Correct the country of the customer, its address or the company, then make it again.")
DELIVERY = _("Give the order an address that the goods go to, with its country, then make it again.")
ACCOUNT = _("Enter the company's bank account in its seller details, then make it again.")
UNTAXED = _("Posted lines do not change: credit the document and bill it anew with a tax code.")
ASK = _(
    "Correct what the rule names in master data and make it again; what is wrong in the posted document is credited"
    " and billed anew."
)

REMEDIES = {
    **dict.fromkeys(("BR-06", "BR-08", "BR-CO-26", "BR-S-02", "BR-S-03", "BR-S-04", "BR-Z-02", "BR-Z-03", "BR-Z-04",
                     "BR-E-02", "BR-E-03", "BR-E-04", "BR-G-02", "BR-G-03", "BR-G-04"), SELLER),
    **dict.fromkeys(("BR-07", "BR-10", "BR-AE-02", "BR-AE-03", "BR-AE-04", "BR-IC-02", "BR-IC-03", "BR-IC-04"), BUYER),
    **dict.fromkeys(("BR-09", "BR-11", "BR-CL-14", "BR-CO-09"), COUNTRY),
    **dict.fromkeys(("BR-62", "BR-63", "BR-CL-25"), ENDPOINT),
    **dict.fromkeys(("BR-E-10", "BR-AE-10", "BR-IC-10", "BR-G-10", "BR-O-10"), TAX),
    **dict.fromkeys(("BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14"), MIXED),
    **dict.fromkeys(("BR-23", "BR-CL-23"), UNIT),
    **dict.fromkeys(("BR-57", "BR-IC-11", "BR-IC-12"), DELIVERY),
    **dict.fromkeys(("BR-50", "BR-61"), ACCOUNT),
}  # fmt: skip


def remedy_of(rule: str) -> str:
    """One sentence for the person who owns the exception."""
    return str(REMEDIES.get(rule, ASK))
