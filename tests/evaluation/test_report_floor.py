"""The report agrees with an independent computation: the hand-written SQL that benchmarks measure it by."""

import pytest

from benchmarks.report_bench import check_report, check_review
from benchmarks.report_data import GeneratedContract

pytestmark = pytest.mark.django_db


def test_every_figure_of_report_and_review_is_that_of_the_sql_query() -> None:
    contract = GeneratedContract("essai", 60).contract
    check_report(contract)
    check_review(contract)
