"""A UBL or CII document as the semantic model: what a supplier's invoice says, before anything is made of it."""

from billing.einvoice.cii_reader import read_cii
from billing.einvoice.errors import Unreadable
from billing.einvoice.intake import parse
from billing.einvoice.semantic import SemanticInvoice
from billing.einvoice.ubl_reader import read_ubl


def read_einvoice(content: bytes) -> SemanticInvoice:
    """What a document says. Whether it is valid is another question (`validation.validate`).

    Raises Unreadable: too large, no XML, with a document type, of another kind, or with a figure or date that is none.
    """
    root = parse(content)
    try:
        return read_cii(root) if root.tag.endswith("}CrossIndustryInvoice") else read_ubl(root)
    except ValueError as error:
        raise Unreadable(
            rule="values", cause=str(error)[:200], remedy="ask the sender for a corrected invoice"
        ) from None
