"""Who reads policies, who sets them, who proposes a variation and who approves it."""

from erp.kernel.access import permit

VIEW_POLICY = permit(
    "masterdata.view_policy",
    "customer_service", "warehouse", "procurement", "finance", "data_steward", "executive", "process_owner",
    "administrator",
)  # fmt: skip
SET_POLICY = permit("masterdata.set_policy", "process_owner")
PROPOSE_VARIATION = permit(
    "masterdata.propose_variation", "process_owner", "data_steward", "warehouse", "procurement", "finance"
)
APPROVE_VARIATION = permit("masterdata.approve_variation", "process_owner", "executive")
