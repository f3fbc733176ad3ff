"""XML from outside, parsed safely (`erp.kernel.xmlfiles`): what is no invoice is refused."""

from lxml import etree

from billing.einvoice import cii, ubl
from billing.einvoice.errors import Unreadable
from erp.kernel.xmlfiles import UnsafeXml, parse_xml

MOST_BYTES = 10 * 1024 * 1024
ROOTS = {f"{{{namespace}}}{name}" for name, namespace in ubl.ROOTS.items()}
ROOTS.add(f"{{{cii.NAMESPACES['rsm']}}}CrossIndustryInvoice")


def parse(content: bytes) -> etree._Element:
    """The root of a UBL or CII document. Raises Unreadable with the rule it breaks and what to do."""
    try:
        root = parse_xml(content, most_bytes=MOST_BYTES)
    except UnsafeXml as unsafe:
        raise Unreadable(rule=unsafe.rule, cause=unsafe.cause, remedy=unsafe.remedy) from None
    if root.tag not in ROOTS:
        raise Unreadable(
            rule="syntax",
            cause=f"its root {str(root.tag)[:120]} is neither a UBL 2.1 invoice or credit note nor CII",
            remedy="ask the sender for UBL 2.1 or CII",
        )
    return root
