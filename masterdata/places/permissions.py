"""Who reads companies, sites and bins, and who keeps them; how a granted company opens its sites."""

from erp.kernel.access import permit, widens_scope

VIEW_PLACE = permit(
    "masterdata.view_place",
    "customer_service", "warehouse", "procurement", "finance", "data_steward", "executive", "process_owner",
    "administrator",
)  # fmt: skip
CHANGE_COMPANY = permit("masterdata.change_company", "data_steward")
CHANGE_SITE = permit("masterdata.change_site", "data_steward")
CHANGE_BIN = permit("masterdata.change_bin", "data_steward", "warehouse")


@widens_scope
def open_sites_of_companies(scopes: dict[str, set[int]]) -> None:
    """A grant for a company opens its sites; a grant for a site does not open its company."""
    from .models import Site

    if companies := scopes.get("company"):
        found = Site.objects.filter(company__in=companies).values_list("pk", flat=True)
        scopes.setdefault("site", set()).update(found)
