"""A UN/CEFACT Cross Industry Invoice as the semantic model."""

from decimal import Decimal

from lxml import etree

from billing.einvoice.cii import NAMESPACES
from billing.einvoice.reading import ZERO, endpoint, needed, price_of_one
from billing.einvoice.semantic import (
    Account,
    Address,
    Adjustment,
    Contact,
    Delivery,
    Line,
    Party,
    Reference,
    SemanticInvoice,
    Taxed,
    TaxGroup,
    Totals,
)
from erp.kernel.xmlfiles import Reader


def read_cii(root: etree._Element) -> SemanticInvoice:
    """What the document says. Raises ValueError for a figure or date that is none."""
    doc = Reader(root, NAMESPACES)
    document = doc.first(root, "rsm:ExchangedDocument")
    trade = doc.first(root, "rsm:SupplyChainTradeTransaction")
    agreement = doc.first(trade, "ram:ApplicableHeaderTradeAgreement")
    delivery = doc.first(trade, "ram:ApplicableHeaderTradeDelivery")
    settlement = doc.first(trade, "ram:ApplicableHeaderTradeSettlement")
    if trade is None or settlement is None:
        raise ValueError("ram:ApplicableHeaderTradeSettlement is missing")
    total = doc.first(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    currency = doc.text(settlement, "ram:InvoiceCurrencyCode")
    gross = doc.number(total, "ram:GrandTotalAmount")
    return SemanticInvoice(
        number=doc.text(document, "ram:ID"),
        issued_on=needed(doc.day(document, "ram:IssueDateTime/udt:DateTimeString"), "ram:IssueDateTime"),
        type_code=doc.text(document, "ram:TypeCode"),
        currency=currency,
        seller=_party(doc, doc.first(agreement, "ram:SellerTradeParty")),
        buyer=_party(doc, doc.first(agreement, "ram:BuyerTradeParty")),
        totals=Totals(
            lines=doc.number(total, "ram:LineTotalAmount", ZERO),
            allowances=doc.number(total, "ram:AllowanceTotalAmount", ZERO),
            charges=doc.number(total, "ram:ChargeTotalAmount", ZERO),
            net=doc.number(total, "ram:TaxBasisTotalAmount"),
            tax=_tax_total(doc, total, currency),
            gross=gross,
            paid=doc.number(total, "ram:TotalPrepaidAmount", ZERO),
            due=doc.number(total, "ram:DuePayableAmount", gross),
            rounding=doc.number(total, "ram:RoundingAmount", ZERO),
        ),
        due_on=doc.day(settlement, "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"),
        buyer_reference=doc.text(agreement, "ram:BuyerReference"),
        purchase_order=doc.text(agreement, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        sales_order=doc.text(agreement, "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID"),
        despatch_advice=doc.text(delivery, "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"),
        terms=doc.text(settlement, "ram:SpecifiedTradePaymentTerms/ram:Description"),
        note="\n".join(doc.text(note) for note in doc.all(document, "ram:IncludedNote/ram:Content")),
        preceding=tuple(
            Reference(
                doc.text(found, "ram:IssuerAssignedID"),
                doc.day(found, "ram:FormattedIssueDateTime/qdt:DateTimeString"),
            )
            for found in doc.all(settlement, "ram:InvoiceReferencedDocument")
        ),
        delivery=_delivery(doc, delivery),
        account=_account(doc, settlement),
        adjustments=_adjustments(doc, settlement),
        taxes=tuple(_tax(doc, group) for group in doc.all(settlement, "ram:ApplicableTradeTax")),
        lines=tuple(_line(doc, line) for line in doc.all(trade, "ram:IncludedSupplyChainTradeLineItem")),
    )


def _tax_total(doc: Reader, total: etree._Element | None, currency: str) -> Decimal:
    for found in doc.all(total, "ram:TaxTotalAmount"):
        if found.get("currencyID", currency) == currency:
            return doc.number(found, ".")
    return ZERO


def _party(doc: Reader, found: etree._Element | None) -> Party:
    numbers = {
        number.get("schemeID", ""): doc.text(number)
        for number in doc.all(found, "ram:SpecifiedTaxRegistration/ram:ID")
    }
    contact = doc.first(found, "ram:DefinedTradeContact")
    return Party(
        name=doc.text(found, "ram:Name"),
        address=_address(doc, doc.first(found, "ram:PostalTradeAddress")) or Address(""),
        identifier=doc.text(found, "ram:ID") or doc.text(found, "ram:GlobalID"),
        registration=doc.text(found, "ram:SpecifiedLegalOrganization/ram:ID"),
        vat=numbers.get("VA", ""),
        tax_registration=numbers.get("FC", ""),
        endpoint=endpoint(doc, found, "ram:URIUniversalCommunication/ram:URIID"),
        contact=None
        if contact is None
        else Contact(
            doc.text(contact, "ram:PersonName"),
            doc.text(contact, "ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
            doc.text(contact, "ram:EmailURIUniversalCommunication/ram:URIID"),
        ),
    )


def _address(doc: Reader, found: etree._Element | None) -> Address | None:
    if found is None:
        return None
    return Address(
        country=doc.text(found, "ram:CountryID"),
        street=doc.text(found, "ram:LineOne"),
        city=doc.text(found, "ram:CityName"),
        postal_code=doc.text(found, "ram:PostcodeCode"),
    )


def _delivery(doc: Reader, found: etree._Element | None) -> Delivery | None:
    event = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    party = doc.first(found, "ram:ShipToTradeParty")
    on = doc.day(found, event)
    if party is None and on is None:
        return None
    address = _address(doc, doc.first(party, "ram:PostalTradeAddress"))
    return Delivery(on=on, name=doc.text(party, "ram:Name"), address=address)


def _account(doc: Reader, settlement: etree._Element) -> Account | None:
    found = doc.first(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    if found is None:
        return None
    payee = doc.first(found, "ram:PayeePartyCreditorFinancialAccount")
    return Account(
        means=doc.text(found, "ram:TypeCode"),
        number=doc.text(payee, "ram:IBANID") or doc.text(payee, "ram:ProprietaryID"),
        name=doc.text(payee, "ram:AccountName"),
        bic=doc.text(found, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
        reference=doc.text(settlement, "ram:PaymentReference"),
    )


def _taxed(doc: Reader, found: etree._Element | None) -> Taxed | None:
    if found is None:
        return None
    path = "ram:RateApplicablePercent"
    return Taxed(
        doc.text(found, "ram:CategoryCode"), doc.number(found, path) if doc.text(found, path) else None
    )


def _adjustments(doc: Reader, parent: etree._Element) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            is_charge=doc.text(found, "ram:ChargeIndicator/udt:Indicator") in ("true", "1"),
            amount=doc.number(found, "ram:ActualAmount"),
            reason=doc.text(found, "ram:Reason"),
            code=doc.text(found, "ram:ReasonCode"),
            tax=_taxed(doc, doc.first(found, "ram:CategoryTradeTax")),
        )
        for found in doc.all(parent, "ram:SpecifiedTradeAllowanceCharge")
    )


def _tax(doc: Reader, found: etree._Element) -> TaxGroup:
    return TaxGroup(
        tax=_taxed(doc, found) or Taxed("", None),
        base=doc.number(found, "ram:BasisAmount"),
        amount=doc.number(found, "ram:CalculatedAmount"),
        reason=doc.text(found, "ram:ExemptionReason"),
        reason_code=doc.text(found, "ram:ExemptionReasonCode"),
    )


def _line(doc: Reader, found: etree._Element) -> Line:
    price = doc.first(found, "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    settlement = doc.first(found, "ram:SpecifiedLineTradeSettlement")
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    if settlement is None:
        raise ValueError("ram:SpecifiedLineTradeSettlement is missing")
    total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    return Line(
        id=doc.text(found, "ram:AssociatedDocumentLineDocument/ram:LineID"),
        name=doc.text(found, "ram:SpecifiedTradeProduct/ram:Name"),
        quantity=doc.number(found, quantity),
        unit=doc.attribute(found, quantity, "unitCode"),
        price=price_of_one(
            doc.number(price, "ram:ChargeAmount"), doc.number(price, "ram:BasisQuantity", Decimal(1))
        ),
        net=doc.number(settlement, total),
        tax=_taxed(doc, doc.first(settlement, "ram:ApplicableTradeTax")) or Taxed("", None),
        item=doc.text(found, "ram:SpecifiedTradeProduct/ram:SellerAssignedID"),
        adjustments=_adjustments(doc, settlement),
        order_line=doc.text(
            found, "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID"
        ),
        buyer_item=doc.text(found, "ram:SpecifiedTradeProduct/ram:BuyerAssignedID"),
    )
