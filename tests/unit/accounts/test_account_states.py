"""Reconnection, selfcare, clubs and PUK: the state of a line, at both ends of each period."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest

import ndihma.accounts.model
from ndihma.accounts.clubs import ClubKind, club_state
from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactKind,
    ContactPoint,
    Line,
    LineKind,
    Payment,
    PrepaidLife,
    Reactivation,
    SelfcareRegistration,
    SimCard,
    SimState,
    Subscriber,
    Suspension,
)
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import PukKind, can_receive_code, puk_state
from ndihma.accounts.reconnection import ReconnectionKind, ReconnectionState, reconnection_state
from ndihma.accounts.selfcare import SelfcareState, needs_pin_by_sms, selfcare_state
from ndihma.clock import BELGRADE

TODAY = date(2026, 11, 22)
CUT_OFF = date(2026, 11, 15)
OVERDUE = date(2026, 11, 2)
YESTERDAY = date(2026, 11, 21)
OWNER = Subscriber("K-1", "Arta Shembull")
MOBILE = Msisdn.parse("044 100 101")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def postpaid(*bills: Bill, payments: tuple[Payment, ...] = (), suspension: Suspension | None = None) -> Line:
    return Line(
        MOBILE,
        LineKind.POSTPAID,
        OWNER,
        sim=SimCard("8938300000000000001"),
        bills=bills,
        payments=payments,
        suspension=suspension,
    )


def prepaid(life: PrepaidLife | None = None, *, sim: SimState = SimState.IN_USE) -> Line:
    life = life or PrepaidLife(ago(50), activated_on=ago(40))
    return Line(MOBILE, LineKind.PREPAID, OWNER, SimCard("8938300000000000001", sim), prepaid=life, balance_cents=100)


def bill(amount: int, paid: int = 0, *, due: date = OVERDUE, number: str = "F-1") -> Bill:
    return Bill(number, due - timedelta(days=15), due, amount, paid)


def payment(amount: int, day: date = YESTERDAY) -> Payment:
    return Payment(datetime(day.year, day.month, day.day, 9, tzinfo=BELGRADE), amount)


def suspended(amount: int | None = None) -> Suspension:
    return Suspension(CUT_OFF, amount_cents=amount)


class TestReconnection:
    def test_a_prepaid_number_has_no_reconnection(self) -> None:
        assert reconnection_state(prepaid(), TODAY).kind is ReconnectionKind.NOT_APPLICABLE

    def test_nothing_is_due_when_all_bills_are_paid(self) -> None:
        assert reconnection_state(postpaid(bill(1500, 1500)), TODAY) == ReconnectionState(ReconnectionKind.NOTHING_DUE)

    @pytest.mark.parametrize(("due", "overdue"), [(ago(-1), False), (TODAY, False), (ago(1), True)])
    def test_a_bill_is_overdue_from_the_day_after_its_due_day(self, due: date, overdue: bool) -> None:
        state = reconnection_state(postpaid(bill(1500, 200, due=due)), TODAY)
        assert state == ReconnectionState(ReconnectionKind.BILL_OPEN, 1300, due_on=due, overdue=overdue)

    def test_the_earliest_deadline_of_the_open_bills_counts(self) -> None:
        line = postpaid(
            bill(1000, 1000, due=ago(40)), bill(500, due=ago(-9), number="F-2"), bill(700, due=ago(-20), number="F-3")
        )
        state = reconnection_state(line, TODAY)
        assert (state.amount_cents, state.due_on, state.overdue) == (1200, ago(-9), False)

    def test_a_line_cut_off_shows_the_amount_due(self) -> None:
        state = reconnection_state(postpaid(bill(2340), suspension=suspended()), TODAY)
        assert state == ReconnectionState(ReconnectionKind.SUSPENDED, 2340, since=CUT_OFF)

    def test_a_suspension_that_ended_counts_no_more(self) -> None:
        ended = Suspension(CUT_OFF, ended_at=datetime(2026, 11, 20, 9, tzinfo=BELGRADE))
        assert reconnection_state(postpaid(bill(5, 5), suspension=ended), TODAY).kind is ReconnectionKind.NOTHING_DUE

    def test_a_fixed_line_can_be_cut_off_too(self) -> None:
        line = Line(Msisdn.parse("038 500 101"), LineKind.FIXED, OWNER, bills=(bill(990),), suspension=suspended())
        assert reconnection_state(line, TODAY).kind is ReconnectionKind.SUSPENDED

    @pytest.mark.parametrize("amount", [None, 2340])
    def test_a_payment_not_yet_booked_against_the_bill_awaits_reconnection(self, amount: int | None) -> None:
        line = postpaid(bill(2340), payments=(payment(2340),), suspension=suspended(amount))
        assert reconnection_state(line, TODAY) == ReconnectionState(
            ReconnectionKind.AWAITING_RECONNECTION, since=CUT_OFF
        )

    @pytest.mark.parametrize("amount", [None, 2340])
    def test_a_bill_booked_as_paid_awaits_reconnection(self, amount: int | None) -> None:
        line = postpaid(bill(2340, 2340), payments=(payment(2340),), suspension=suspended(amount))
        assert reconnection_state(line, TODAY).kind is ReconnectionKind.AWAITING_RECONNECTION

    @pytest.mark.parametrize("amount", [None, 2340])
    @pytest.mark.parametrize("booked", [0, 1500])
    def test_a_part_payment_leaves_the_rest_due_and_never_counts_twice(self, amount: int | None, booked: int) -> None:
        line = postpaid(bill(2340, booked), payments=(payment(1500),), suspension=suspended(amount))
        assert reconnection_state(line, TODAY) == ReconnectionState(ReconnectionKind.SUSPENDED, 840, since=CUT_OFF)

    def test_one_cent_too_little_is_not_enough(self) -> None:
        line = postpaid(bill(2340), payments=(payment(2339),), suspension=suspended(2340))
        assert reconnection_state(line, TODAY).amount_cents == 1

    @pytest.mark.parametrize(
        ("day", "kind"),
        [
            (CUT_OFF, ReconnectionKind.AWAITING_RECONNECTION),
            (CUT_OFF - timedelta(days=1), ReconnectionKind.SUSPENDED),
        ],
    )
    def test_payments_count_from_the_first_day_of_the_suspension(self, day: date, kind: ReconnectionKind) -> None:
        line = postpaid(bill(2340), payments=(payment(2340, day),), suspension=suspended(2340))
        assert reconnection_state(line, TODAY).kind is kind

    @pytest.mark.parametrize(("due", "amount"), [(TODAY, 2340), (YESTERDAY, 3840)])
    def test_what_is_overdue_counts_from_the_day_after_the_due_day(self, due: date, amount: int) -> None:
        line = postpaid(bill(2340), bill(1500, due=due, number="F-2"), suspension=suspended())
        assert reconnection_state(line, TODAY).amount_cents == amount

    @pytest.mark.parametrize("amount", [None, 2340])
    def test_a_new_bill_that_is_not_due_keeps_nobody_cut_off(self, amount: int | None) -> None:
        bills = bill(2340, 2340), bill(1500, due=ago(-10), number="F-2")
        line = postpaid(*bills, payments=(payment(2340),), suspension=suspended(amount))
        assert reconnection_state(line, TODAY).kind is ReconnectionKind.AWAITING_RECONNECTION

    def test_with_the_amount_of_the_sms_old_paid_bills_do_not_matter(self) -> None:
        bills = bill(1500, 1500, due=ago(50)), bill(2340, number="F-2")
        line = postpaid(*bills, payments=(payment(2340),), suspension=suspended(2340))
        assert reconnection_state(line, TODAY).kind is ReconnectionKind.AWAITING_RECONNECTION

    def test_a_filed_request_is_told_with_what_is_still_due(self) -> None:
        line = postpaid(bill(2340), suspension=suspended())
        assert reconnection_state(line, TODAY, request_reference="RK-1") == ReconnectionState(
            ReconnectionKind.REQUEST_FILED, 2340, since=CUT_OFF, request_reference="RK-1"
        )

    def test_a_request_for_a_line_that_works_counts_no_more(self) -> None:
        assert reconnection_state(postpaid(), TODAY, request_reference="RK-1").kind is ReconnectionKind.NOTHING_DUE


class TestSelfcare:
    @pytest.mark.parametrize(
        ("registration", "state"),
        [
            (None, SelfcareState.NOT_REGISTERED),
            (SelfcareRegistration(), SelfcareState.NOT_REGISTERED),
            (SelfcareRegistration(ago(9)), SelfcareState.REGISTERED),
            (SelfcareRegistration(ago(9), locked=True), SelfcareState.LOCKED),
            (SelfcareRegistration(locked=True), SelfcareState.LOCKED),
        ],
    )
    def test_the_state_of_a_postpaid_line(
        self, registration: SelfcareRegistration | None, state: SelfcareState
    ) -> None:
        assert selfcare_state(dataclasses.replace(postpaid(), selfcare=registration)) is state

    def test_it_does_not_apply_to_prepaid_and_fixed_lines(self) -> None:
        fixed = Line(Msisdn.parse("038 500 101"), LineKind.FIXED, OWNER)
        assert selfcare_state(prepaid()) is SelfcareState.PREPAID
        assert selfcare_state(fixed) is SelfcareState.FIXED_LINE

    def test_the_first_login_asks_for_a_pin_as_every_later_one_does(self) -> None:
        asks = {state for state in SelfcareState if needs_pin_by_sms(state)}
        assert asks == {SelfcareState.NOT_REGISTERED, SelfcareState.REGISTERED}


class TestClubs:
    @pytest.mark.parametrize(("contracts", "missing"), [(4, 1), (5, 0), (6, 0), (0, 5)])
    def test_exactly_the_contracts_the_package_wants_are_enough(self, contracts: int, missing: int) -> None:
        club = BusinessClub("Klubi", "Biznes", 5, 12, contracts, ago(100))
        state = club_state(Subscriber("B-1", "Ndërmarrja", is_business=True, club=club))
        assert state.kind is (ClubKind.MISSING_CONTRACTS if missing else ClubKind.COMPLETE)
        assert (state.missing_contracts, state.club) == (missing, club)

    @pytest.mark.parametrize(("adding", "missing"), [(0, 3), (1, 2), (3, 0), (4, 0)])
    def test_a_new_member_with_a_monthly_contract_fills_one_missing_place(self, adding: int, missing: int) -> None:
        club = BusinessClub("Klubi", "Biznes", 5, 12, 2, ago(100))
        state = club_state(Subscriber("B-1", "Ndërmarrja", is_business=True, club=club))
        assert state.missing_after_adding(adding) == missing

    @pytest.mark.parametrize(
        ("members", "contracts", "new"),
        [
            pytest.param(12, 2, 0, id="enough members without a monthly contract"),
            pytest.param(5, 2, 0, id="just enough"),
            pytest.param(4, 2, 1, id="one too few"),
            pytest.param(2, 2, 3, id="all have one already"),
            pytest.param(1, 2, 3, id="a record with fewer members than contracts"),
            pytest.param(5, 5, 0, id="nothing is missing"),
        ],
    )
    def test_what_present_members_cannot_take_over_needs_new_ones(self, members: int, contracts: int, new: int) -> None:
        club = BusinessClub("Klubi", "Biznes", 5, members, contracts, ago(100))
        assert club_state(Subscriber("B-1", "Ndërmarrja", is_business=True, club=club)).new_members_needed == new

    def test_without_a_club_nothing_is_missing(self) -> None:
        state = club_state(Subscriber("B-1", "Ndërmarrja", is_business=True))
        assert (state.new_members_needed, state.missing_after_adding(1)) == (0, 0)

    def test_a_business_may_have_no_club(self) -> None:
        assert club_state(Subscriber("B-1", "Ndërmarrja", is_business=True)).kind is ClubKind.NO_CLUB

    def test_a_private_person_is_not_a_business(self) -> None:
        assert club_state(OWNER).kind is ClubKind.NOT_A_BUSINESS


class TestPuk:
    @pytest.mark.parametrize(
        ("sim", "kind", "reachable"),
        [
            (SimState.IN_USE, PukKind.IN_USE, True),
            (SimState.PUK_LOCKED, PukKind.PUK_LOCKED, False),
            (SimState.LOST, PukKind.LOST, False),
        ],
    )
    def test_only_a_card_in_use_gets_a_code(self, sim: SimState, kind: PukKind, reachable: bool) -> None:
        state = puk_state(prepaid(sim=sim), TODAY)
        assert (state.kind, state.code_by_sms) == (kind, reachable)

    @pytest.mark.parametrize(
        ("last_active", "reachable"),
        [
            pytest.param(ago(-1), True, id="active"),
            pytest.param(ago(16), True, id="last day of inactive"),
            pytest.param(ago(17), False, id="first day of deactive"),
            pytest.param(ago(32), False, id="void"),
        ],
    )
    def test_a_code_reaches_active_and_inactive_numbers_only(self, last_active: date, reachable: bool) -> None:
        life = PrepaidLife(ago(400), activated_on=ago(390), valid_until=last_active)
        assert can_receive_code(prepaid(life), TODAY) is reachable

    def test_a_code_reaches_a_new_card_and_one_reactivated_by_option_1(self) -> None:
        option_1 = PrepaidLife(ago(400), ago(390), ago(25), ago(2), Reactivation.KEEP_CREDIT)
        assert can_receive_code(prepaid(PrepaidLife(ago(3))), TODAY)
        assert can_receive_code(prepaid(option_1), TODAY)

    def test_a_code_reaches_a_line_cut_off_for_non_payment(self) -> None:
        assert can_receive_code(postpaid(bill(2340), suspension=suspended()), TODAY)

    def test_a_fixed_line_has_no_card_and_gets_no_code(self) -> None:
        state = puk_state(Line(Msisdn.parse("038 500 101"), LineKind.FIXED, OWNER), TODAY)
        assert (state.kind, state.code_by_sms) == (PukKind.NO_SIM, False)

    def test_a_contact_that_is_this_very_line_is_no_second_factor(self) -> None:
        email = ContactPoint(ContactKind.EMAIL, "arta@example.com", ago(100))
        other = ContactPoint(ContactKind.MSISDN, "+38344100199", ago(100))
        foreign = ContactPoint(ContactKind.MSISDN, "+41446681800", ago(100))
        itself = ContactPoint(ContactKind.MSISDN, "044 100 101", ago(100))
        owner = dataclasses.replace(OWNER, contacts=(itself, email, other, foreign))
        state = puk_state(dataclasses.replace(prepaid(sim=SimState.PUK_LOCKED), subscriber=owner), TODAY)
        assert state.other_contacts == (email, other, foreign)

    def test_no_type_of_the_model_has_a_place_for_a_puk(self) -> None:
        for value in vars(ndihma.accounts.model).values():
            if dataclasses.is_dataclass(value):
                assert not [field.name for field in dataclasses.fields(value) if "puk" in field.name.lower()]
