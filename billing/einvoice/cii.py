"""UN/CEFACT Cross Industry Invoice D16B from the semantic model (CEN/TS 16931-3-3); what Factur-X carries."""

from datetime import date

from lxml import etree

from billing.einvoice.semantic import (
    SPECIFICATION,
    Account,
    Address,
    Adjustment,
    Delivery,
    Line,
    Party,
    SemanticInvoice,
    Taxed,
    TaxGroup,
)
from billing.einvoice.xmltree import Writer, money, plain
from masterdata.bankcodes import looks_like_iban

CEFACT = "urn:un:unece:uncefact:data:"
NAMESPACES = {
    "rsm": f"{CEFACT}standard:CrossIndustryInvoice:100",
    "ram": f"{CEFACT}standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{CEFACT}standard:QualifiedDataType:100",
    "udt": f"{CEFACT}standard:UnqualifiedDataType:100",
}
DAY = "102"  # UNTDID 2379: CCYYMMDD


def write_cii(invoice: SemanticInvoice) -> bytes:
    """The document as CII."""
    return _Cii(invoice).content()


class _Cii(Writer):
    def __init__(self, invoice: SemanticInvoice) -> None:
        super().__init__("rsm:CrossIndustryInvoice", NAMESPACES)
        self.currency = invoice.currency
        context = self.at(self.root, "rsm:ExchangedDocumentContext")
        self.put(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", SPECIFICATION)
        document = self.at(self.root, "rsm:ExchangedDocument")
        self.put(document, "ram:ID", invoice.number)
        self.put(document, "ram:TypeCode", invoice.type_code)
        self.day(document, "ram:IssueDateTime/udt:DateTimeString", invoice.issued_on)
        self.put(document, "ram:IncludedNote/ram:Content", invoice.note)
        trade = self.at(self.root, "rsm:SupplyChainTradeTransaction")
        for line in invoice.lines:
            self.line(self.at(trade, "ram:IncludedSupplyChainTradeLineItem"), line)
        self.agreement(self.at(trade, "ram:ApplicableHeaderTradeAgreement"), invoice)
        self.delivery(
            self.at(trade, "ram:ApplicableHeaderTradeDelivery"), invoice.delivery, invoice.despatch_advice
        )
        self.settlement(self.at(trade, "ram:ApplicableHeaderTradeSettlement"), invoice)

    def day(self, parent: etree._Element, path: str, on: date | None) -> None:
        if on is not None:
            self.put(parent, path, f"{on:%Y%m%d}", format=DAY)

    def agreement(self, element: etree._Element, invoice: SemanticInvoice) -> None:
        self.put(element, "ram:BuyerReference", invoice.buyer_reference)
        self.party(self.at(element, "ram:SellerTradeParty"), invoice.seller)
        self.party(self.at(element, "ram:BuyerTradeParty"), invoice.buyer)
        self.put(element, "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID", invoice.sales_order)
        self.put(element, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", invoice.purchase_order)

    def party(self, element: etree._Element, party: Party) -> None:
        self.put(element, "ram:ID", party.identifier)
        self.put(element, "ram:Name", party.name)
        self.put(element, "ram:SpecifiedLegalOrganization/ram:ID", party.registration)
        if party.contact is not None:
            contact = self.at(element, "ram:DefinedTradeContact")
            self.put(contact, "ram:PersonName", party.contact.name)
            phone = "ram:TelephoneUniversalCommunication/ram:CompleteNumber"
            self.put(contact, phone, party.contact.phone)
            self.put(contact, "ram:EmailURIUniversalCommunication/ram:URIID", party.contact.email)
        self.address(self.at(element, "ram:PostalTradeAddress"), party.address)
        if party.endpoint is not None:
            address = "ram:URIUniversalCommunication/ram:URIID"
            self.put(element, address, party.endpoint.identifier, schemeID=party.endpoint.scheme)
        self.put(element, "ram:SpecifiedTaxRegistration/ram:ID", party.vat, schemeID="VA")
        self.put(element, "ram:SpecifiedTaxRegistration/ram:ID", party.tax_registration, schemeID="FC")

    def address(self, element: etree._Element, address: Address) -> None:
        self.put(element, "ram:PostcodeCode", address.postal_code)
        self.put(element, "ram:LineOne", address.street)
        self.put(element, "ram:CityName", address.city)
        self.put(element, "ram:CountryID", address.country)

    def delivery(self, element: etree._Element, delivery: Delivery | None, despatch_advice: str) -> None:
        if delivery is not None and delivery.address is not None:
            party = self.at(element, "ram:ShipToTradeParty")
            self.put(party, "ram:Name", delivery.name)
            self.address(self.at(party, "ram:PostalTradeAddress"), delivery.address)
        if delivery is not None:
            path = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
            self.day(element, path, delivery.on)
        self.put(element, "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID", despatch_advice)

    def settlement(self, element: etree._Element, invoice: SemanticInvoice) -> None:
        account = invoice.account
        self.put(element, "ram:PaymentReference", account.reference if account else "")
        self.put(element, "ram:InvoiceCurrencyCode", invoice.currency)
        if account is not None:
            self.account(self.at(element, "ram:SpecifiedTradeSettlementPaymentMeans"), account)
        for group in invoice.taxes:
            self.tax_group(self.at(element, "ram:ApplicableTradeTax"), group)
        for one in invoice.adjustments:
            self.adjustment(element, one)
        if invoice.terms or invoice.due_on:
            terms = self.at(element, "ram:SpecifiedTradePaymentTerms")
            self.put(terms, "ram:Description", invoice.terms)
            self.day(terms, "ram:DueDateDateTime/udt:DateTimeString", invoice.due_on)
        self.totals(self.at(element, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), invoice)
        for reference in invoice.preceding:
            document = self.at(element, "ram:InvoiceReferencedDocument")
            self.put(document, "ram:IssuerAssignedID", reference.number)
            self.day(document, "ram:FormattedIssueDateTime/qdt:DateTimeString", reference.on)

    def account(self, element: etree._Element, account: Account) -> None:
        self.put(element, "ram:TypeCode", account.means)
        if account.number:
            payee = self.at(element, "ram:PayeePartyCreditorFinancialAccount")
            iban = account.number if looks_like_iban(account.number) else ""
            self.put(payee, "ram:IBANID", iban)
            self.put(payee, "ram:AccountName", account.name)
            self.put(payee, "ram:ProprietaryID", "" if iban else account.number)
            self.put(element, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", account.bic)

    def taxed(self, element: etree._Element, tax: Taxed, reason_code: str = "") -> None:
        self.put(element, "ram:CategoryCode", tax.category)
        self.put(element, "ram:ExemptionReasonCode", reason_code)
        rate = plain(tax.rate_percent) if tax.rate_percent is not None else ""
        self.put(element, "ram:RateApplicablePercent", rate)

    def tax_group(self, element: etree._Element, group: TaxGroup) -> None:
        self.put(element, "ram:CalculatedAmount", money(group.amount))
        self.put(element, "ram:TypeCode", "VAT")
        self.put(element, "ram:ExemptionReason", group.reason)
        self.put(element, "ram:BasisAmount", money(group.base))
        self.taxed(element, group.tax, group.reason_code)

    def adjustment(self, parent: etree._Element, one: Adjustment) -> None:
        element = self.at(parent, "ram:SpecifiedTradeAllowanceCharge")
        self.put(element, "ram:ChargeIndicator/udt:Indicator", "true" if one.is_charge else "false")
        self.put(element, "ram:ActualAmount", money(one.amount))
        self.put(element, "ram:ReasonCode", one.code)
        self.put(element, "ram:Reason", one.reason)
        if one.tax is not None:
            tax = self.at(element, "ram:CategoryTradeTax")
            self.put(tax, "ram:TypeCode", "VAT")
            self.taxed(tax, one.tax)

    def totals(self, element: etree._Element, invoice: SemanticInvoice) -> None:
        totals = invoice.totals
        self.put(element, "ram:LineTotalAmount", money(totals.lines))
        self.put(element, "ram:ChargeTotalAmount", money(totals.charges) if totals.charges else "")
        self.put(element, "ram:AllowanceTotalAmount", money(totals.allowances) if totals.allowances else "")
        self.put(element, "ram:TaxBasisTotalAmount", money(totals.net))
        self.put(element, "ram:TaxTotalAmount", money(totals.tax), currencyID=self.currency)
        self.put(element, "ram:RoundingAmount", money(totals.rounding) if totals.rounding else "")
        self.put(element, "ram:GrandTotalAmount", money(totals.gross))
        self.put(element, "ram:TotalPrepaidAmount", money(totals.paid) if totals.paid else "")
        self.put(element, "ram:DuePayableAmount", money(totals.due))

    def line(self, element: etree._Element, line: Line) -> None:
        self.put(element, "ram:AssociatedDocumentLineDocument/ram:LineID", line.id)
        product = self.at(element, "ram:SpecifiedTradeProduct")
        self.put(product, "ram:SellerAssignedID", line.item)
        self.put(product, "ram:Name", line.name)
        price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
        self.put(element, price, plain(line.price))
        quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
        self.put(element, quantity, plain(line.quantity), unitCode=line.unit)
        settlement = self.at(element, "ram:SpecifiedLineTradeSettlement")
        tax = self.at(settlement, "ram:ApplicableTradeTax")
        self.put(tax, "ram:TypeCode", "VAT")
        self.taxed(tax, line.tax)
        for one in line.adjustments:
            self.adjustment(settlement, one)
        total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        self.put(settlement, total, money(line.net))
