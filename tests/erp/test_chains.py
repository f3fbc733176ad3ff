"""The document chain gathers what each room knows, in the order in which things happen."""

from erp.kernel import chains
from erp.kernel.chains import Link


def test_links_of_every_provider_in_chain_order() -> None:
    invoice, order = (
        Link("Invoice", "INV-1", "/invoices/1/", order=60),
        Link("Order", "SO-1", "/orders/1/", order=10),
    )
    chains.provider("tests.parcel", "tests.letter")(lambda user, kind, pk: [invoice] if pk == 7 else [])
    chains.provider("tests.parcel")(lambda user, kind, pk: [order])
    assert chains.links_of(None, "tests.parcel", 7) == [order, invoice]
    assert chains.links_of(None, "tests.parcel", 8) == [order]
    assert chains.links_of(None, "tests.letter", 7) == [invoice]
    assert chains.links_of(None, "tests.nothing", 7) == []
