"""Who reads the figures."""

from erp.kernel.access import permit

VIEW_FIGURES = permit("reporting.view_figures", "executive", "process_owner", "finance")
VIEW_PROOFS = permit("reporting.view_proofs", "process_owner", "finance", "administrator")
RUN_PROOFS = permit("reporting.run_proofs", "process_owner", "administrator")
