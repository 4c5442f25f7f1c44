"""With the operator's own systems: "I have paid" becomes a ticket there, and the customer is told its end."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator

import pikepdf
import pytest

from ndihma.accounts.demo import demo_customers
from ndihma.clock import SystemClock
from tests.e2e.conftest import Conversation, System, replies, start_system, stop_system
from tests.e2e.test_accounts import verified
from tests.support.tmforum.encode import TICKET
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import serving

pytestmark = pytest.mark.e2e

SUSPENDED = "044100119"
LIMIT_S = 60


@pytest.fixture(scope="module")
def operator() -> Operator:
    made = Operator()
    made.put(customer.line for customer in demo_customers(SystemClock().now()))
    return made


@pytest.fixture(scope="module")
def system(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with serving(operator) as address:
        running = start_system(tmp_path_factory.mktemp("operator"), NDIHMA_ACCOUNTS="tmforum", NDIHMA_TMF_URL=address)
        yield running
        stop_system(running)


def until(condition: Callable[[], object], pause_s: float = 0.2) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(pause_s)


def test_a_proof_is_a_ticket_of_the_operators_and_its_resolution_is_told(system: System, operator: Operator) -> None:
    conversation, answer = verified(system, SUSPENDED)
    assert "23,40 €" in answer
    events = conversation.say("e pagova, qe dëshmia, ma lëshoni numrin")
    (reference,) = [e["reference"] for e in events if e["type"] == "attachment"]
    assert hand_in(conversation) == 201
    until(lambda: operator.collections[TICKET])
    (ticket,) = operator.collections[TICKET].values()
    assert (ticket["externalId"], ticket["relatedEntity"][0]["id"]) == (reference, "P-38344100119")
    until(lambda: f"{ticket['id']}: open" in system.command("requests", "show", reference).stdout)
    assert reference in replies(conversation.say("a u aktivizua numri im?"))
    operator.change(TICKET, status="resolved")
    # What was seen some seconds ago is not asked for again; a customer who asks again later learns it.
    until(lambda: "konfirmu" in replies(conversation.say("a u aktivizua numri im?")), pause_s=4)
    told = [event["text"] for event in conversation.events if event["type"] == "reply" and "rikyçet" in event["text"]]
    assert any(reference in text and "u konfirmua" in text for text in told)
    assert "confirmed" in system.command("requests", "show", reference).stdout


def hand_in(conversation: Conversation) -> int:
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    return conversation.client.post(
        f"{conversation.path}/attachments",
        files={"file": ("d.pdf", page.getvalue(), "application/pdf")},
        headers=conversation.headers,
    ).status_code
