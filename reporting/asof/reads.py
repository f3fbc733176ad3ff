"""What the stock ledger said of a moment, as it was known at another (IV10)."""

# Effective before the end of the day asked for, recorded until the moment of knowing: neither ever changes, so that the
# same question has the same answer next year. Sums of nothing are left out.
AS_OF = """
SELECT z.code, i.code, i.name, c.code, i.stock_unit_id, e.status, t.code, sum(e.quantity), sum(e.value)
FROM inventory_stockentry e JOIN inventory_stockposting p ON p.id = e.posting_id
JOIN masterdata_site z ON z.id = e.site_id AND z.company_id = %(company)s
JOIN masterdata_item i ON i.id = e.item_id JOIN masterdata_itemclass c ON c.id = i.item_class_id
LEFT JOIN inventory_lot t ON t.id = e.lot_id
WHERE p.effective_at < %(until)s AND p.recorded_at <= %(known_at)s
  AND (%(sites)s::bigint[] IS NULL OR e.site_id = ANY(%(sites)s)) AND (%(item)s::bigint IS NULL OR e.item_id = %(item)s)
GROUP BY z.code, i.code, i.name, c.code, i.stock_unit_id, e.status, t.code
HAVING sum(e.quantity) <> 0 OR sum(e.value) <> 0
ORDER BY z.code, i.code, e.status, t.code"""
