"""Running the proofs as a job."""

from erp.kernel.jobs import JobRun, job
from erp.kernel.proofs import prove, results_of

PROVE = "reporting.prove"


@job(PROVE, queue="reports")
def run_proofs(run: JobRun) -> str:
    """Every registered proof on one snapshot; the run is kept and its page shows it."""
    kept = prove()
    red = [result.proof for result in results_of(kept) if not result.green]
    return f"{', '.join(red)} red" if red else f"All {len(kept.results)} proofs green"
