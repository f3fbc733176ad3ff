"""The proofs' page: each proof with its result, the first offender, and a run as a job."""

import pytest
from django.db import connection
from django.urls import reverse

from erp.kernel.jobs import run_job
from erp.kernel.models import Job, ProofRun
from erp.kernel.proofs import proofs, prove
from tests import factories
from tests.reporting.books import at, told, week

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(client):
    client.force_login(factories.user("process_owner"))
    return client


def test_before_the_first_run_every_proof_is_listed_as_not_run(owner):
    page = owner.get(reverse("reporting:proofs")).content.decode()
    assert "have not run yet" in page
    assert page.count("Not run") == len(proofs())


def test_run_now_is_a_job_whose_result_the_page_shows(owner):
    answer = owner.post(reverse("reporting:proofs_run"))
    assert answer.status_code == 303
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, f"All {len(proofs())} proofs green")
    assert ProofRun.objects.get().green
    assert "All green" in owner.get(reverse("reporting:proofs")).content.decode()


def test_a_red_proof_names_its_first_offender(owner):
    shop = week()
    order = shop.submit(at(5), [1])
    told()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reporting_linefact SET shipped = 1")
    assert not prove(["M6"]).green
    page = owner.get(reverse("reporting:proofs"))
    row = next(row for row in page.context["rows"] if row.number == "M6")
    assert order.number in row.offender
    assert page.context["red"] == 1


def test_finance_reads_but_does_not_run(client):
    client.force_login(factories.user("finance"))
    assert client.get(reverse("reporting:proofs")).status_code == 200
    assert client.post(reverse("reporting:proofs_run")).status_code == 403
