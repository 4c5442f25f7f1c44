"""Whatever a line is, the TM Forum resources that describe it lead back to it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from ndihma.accounts.adapters.tmforum import TmfAccountDirectory
from ndihma.accounts.model import Line
from tests.support.tmforum.operator import Operator

from .lines import lines


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=lines())
async def test_every_line_comes_back_from_its_resources(
    operator: Operator, directory: TmfAccountDirectory, line: Line
) -> None:
    operator.collections.clear()
    operator.put([line])
    assert await directory.find(line.msisdn) == line


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=lines())
async def test_a_server_that_ignores_filters_fields_and_totals_leads_to_the_same_line(
    operator: Operator, directory: TmfAccountDirectory, line: Line
) -> None:
    operator.honours_filters = operator.honours_fields = operator.tells_total = False
    operator.page_cap = 2
    operator.collections.clear()
    operator.put([line])
    assert await directory.find(line.msisdn) == line
