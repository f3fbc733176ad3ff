"""Statements of what goes back to suppliers."""

SUPPLIER = """
SELECT s.id FROM masterdata_supplier s WHERE s.id = %s::bigint AND s.company_id = %s::bigint"""

LOCK_RETURN = """
SELECT r.number, r.company_id, r.site_id, r.currency, r.state, r.value, r.claimed
FROM inventory_supplierreturn r WHERE r.id = %s::bigint FOR NO KEY UPDATE"""

# Who sells each item to a company, and for how much a stock unit the last time: by their orders, else by their numbers.
SELLERS = """
SELECT DISTINCT ON (f.item_id, f.supplier_id) f.item_id, f.supplier_id, f.cost FROM (
    SELECT l.item_id, o.supplier_id, o.company_id, l.unit_cost * l.quantity / s.expected AS cost, l.id
    FROM inventory_purchaseorderline l JOIN inventory_purchaseorder o ON o.id = l.order_id
    JOIN inventory_supply s ON s.id = l.supply_id WHERE l.item_id = ANY(%s::bigint[])
    UNION ALL
    SELECT r.item_id, s.id, s.company_id, i.standard_cost, 0 FROM masterdata_itemreference r
    JOIN masterdata_supplier s ON s.party_id = r.party_id JOIN masterdata_item i ON i.id = r.item_id
    WHERE r.kind = 'supplier' AND r.item_id = ANY(%s::bigint[])) f
WHERE f.company_id = ANY(%s::bigint[]) ORDER BY f.item_id, f.supplier_id, f.id DESC"""
