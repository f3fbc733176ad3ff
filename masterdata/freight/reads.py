"""The one read of a freight quote: the tariff of the day with its rates, what is carried, how it is taxed."""

# Lines without an item weight are counted, not guessed. The item that freight is charged as is sold in its own unit.
TARIFF = """
SELECT t.id, t.code, t.basis, t.free_from, t.surcharge_percent,
    coalesce(st.country, pa.country), coalesce(st.postal_code, ''), w.weight, w.unweighed,
    (SELECT json_agg(json_build_array(r.id, r.country, r.postal_prefix, r.from_amount, r.charge, r.per_unit))::text
        FROM masterdata_freightrate r WHERE r.tariff_id = t.id
        AND r.country IN ('', coalesce(st.country, pa.country))),
    i.id, i.code, i.name, u.unit_id, u.numerator, u.denominator, un.decimals, tc.id, tc.rate_percent
FROM masterdata_customer c
JOIN masterdata_party pa ON pa.id = c.party_id
JOIN masterdata_freighttariff t ON t.company_id = c.company_id
    AND t.valid_from <= %s::date AND (t.valid_to IS NULL OR t.valid_to > %s::date)
JOIN masterdata_item i ON i.id = t.item_id
JOIN masterdata_itemunit u ON u.item_id = i.id AND u.unit_id = i.sell_unit_id
JOIN masterdata_unit un ON un.code = u.unit_id
CROSS JOIN (
    SELECT coalesce(sum(x.quantity * g.weight_kg), 0) AS weight,
        count(*) FILTER (WHERE g.weight_kg IS NULL) AS unweighed
    FROM unnest(%s::bigint[], %s::numeric[]) AS x(item_id, quantity)
    JOIN masterdata_item g ON g.id = x.item_id AND g.kind = 'stocked') w
LEFT JOIN masterdata_shipto st ON st.id = %s::bigint
LEFT JOIN LATERAL (SELECT r.tax_code_id FROM masterdata_taxrule r WHERE r.company_id = c.company_id
    AND r.tax_treatment = c.tax_treatment AND r.tax_class = i.tax_class AND r.valid_from <= %s::date
    ORDER BY r.valid_from DESC LIMIT 1) rule ON true
LEFT JOIN masterdata_taxcode tc ON tc.id = rule.tax_code_id
WHERE c.id = %s::bigint"""

TARIFF_OF_DAY = """
SELECT t.id, t.code, t.basis, t.surcharge_percent,
    (SELECT json_agg(json_build_array(r.id, r.country, r.postal_prefix, r.from_amount, r.charge, r.per_unit))::text
        FROM masterdata_freightrate r WHERE r.tariff_id = t.id)
FROM masterdata_freighttariff t WHERE t.company_id = %s::bigint AND t.valid_from <= %s::date
    AND (t.valid_to IS NULL OR t.valid_to > %s::date)"""
