"""XML from outside, parsed safely: nothing is fetched, no entity is resolved, and what is no invoice is refused."""

from lxml import etree

from billing.einvoice import cii, ubl
from billing.einvoice.errors import Unreadable

MOST_BYTES = 10 * 1024 * 1024
ROOTS = {f"{{{namespace}}}{name}" for name, namespace in ubl.ROOTS.items()}
ROOTS.add(f"{{{cii.NAMESPACES['rsm']}}}CrossIndustryInvoice")


def parse(content: bytes) -> etree._Element:
    """The root of a UBL or CII document. Raises Unreadable with the rule it breaks and what to do.

    A document type is refused as such: it is where bombs and external entities live, and no e-invoice has one.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            rule="size",
            cause=f"the file has {len(content):,} bytes, at most {MOST_BYTES:,} are read",
            remedy="ask the sender for the invoice without its attachments",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(
            rule="well-formed",
            cause=f"it is no well-formed XML: {str(error)[:160]}",
            remedy="ask the sender for the file as it left their system",
        ) from None
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(
            rule="no-doctype",
            cause="it declares a document type, which may define entities",
            remedy="ask the sender for the invoice without one",
        )
    if root.tag not in ROOTS:
        raise Unreadable(
            rule="syntax",
            cause=f"its root {str(root.tag)[:120]} is neither a UBL 2.1 invoice or credit note nor CII",
            remedy="ask the sender for UBL 2.1 or CII",
        )
    return root
