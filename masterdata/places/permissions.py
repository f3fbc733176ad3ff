"""Who reads companies, sites and bins, and who keeps them; how a granted company opens its sites."""

from collections.abc import Sequence

from erp.kernel.access import permit, widens_scope

VIEW_PLACE = permit(
    "masterdata.view_place",
    "customer_service", "warehouse", "procurement", "finance", "data_steward", "executive", "process_owner",
    "administrator",
)  # fmt: skip
CHANGE_COMPANY = permit("masterdata.change_company", "data_steward")
CHANGE_SELLER = permit("masterdata.change_seller", "data_steward", "finance")
CHANGE_SITE = permit("masterdata.change_site", "data_steward")
CHANGE_BIN = permit("masterdata.change_bin", "data_steward", "warehouse")


@widens_scope
def open_sites_of_companies(grants: Sequence[dict[str, set[int]]]) -> None:
    """A grant for a company opens its sites; a grant for a site does not open its company."""
    from .models import Site

    companies = {company for scopes in grants for company in scopes.get("company", ())}
    if companies:
        sites = list(Site.objects.filter(company__in=companies).values_list("company_id", "pk"))
        for scopes in grants:
            own = scopes.get("company", ())
            scopes.setdefault("site", set()).update(site for company, site in sites if company in own)
