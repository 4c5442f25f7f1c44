"""The CSV export of an operator: what is read, and that each fault is told with its place and nothing private."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.accounts.demo import demo_customers
from ndihma.accounts.importer import Parsed, Problem, Reason, parse_accounts
from ndihma.accounts.messages import import_problem
from ndihma.accounts.model import ContactKind, Line, LineKind, SimState
from ndihma.clock import BELGRADE

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE)

PREPAID = {
    "msisdn": "044 100 101",
    "kind": "prepaid",
    "subscriber_id": "K-1",
    "subscriber_name": "Arta Shembull",
    "iccid": "8938300000000000001",
    "balance": "12,40",
    "purchased_on": "2026-01-10",
}
POSTPAID = {
    "msisdn": "044 100 102",
    "kind": "postpaid",
    "subscriber_id": "K-2",
    "subscriber_name": "Ilir Shembull",
    "iccid": "8938300000000000002",
}
FIXED = {"msisdn": "038 500 103", "kind": "fixed", "subscriber_id": "K-3", "subscriber_name": "Gent Shembull"}


def export(*rows: dict[str, str], delimiter: str = ";") -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def parse(*rows: dict[str, str]) -> Parsed:
    return parse_accounts(export(*rows), NOW)


def only_line(row: dict[str, str]) -> Line:
    parsed = parse(row)
    assert parsed.problems == ()
    (line,) = parsed.lines
    return line


def faults(parsed: Parsed) -> list[tuple[int, str, Reason]]:
    return [(problem.line, problem.column, problem.reason) for problem in parsed.problems]


class TestWhatIsRead:
    @pytest.mark.parametrize("delimiter", [";", ","])
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_both_delimiters_and_a_byte_order_mark(self, delimiter: str, mark: bytes) -> None:
        parsed = parse_accounts(mark + export(PREPAID, FIXED, delimiter=delimiter), NOW)
        assert parsed.problems == ()
        assert [line.kind for line in parsed.lines] == [LineKind.PREPAID, LineKind.FIXED]

    def test_blank_lines_and_spaces_around_cells_do_not_matter(self) -> None:
        data = export({**FIXED, "subscriber_name": "  Gent  "}).replace(b"\r\n", b"\r\n\r\n;;;\r\n")
        (line,) = parse_accounts(data, NOW).lines
        assert line.subscriber.name == "Gent"

    def test_cells_may_hold_quoted_delimiters_and_albanian_letters(self) -> None:
        assert only_line({**FIXED, "subscriber_name": 'Çelësi; "Ë" SH.P.K.'}).subscriber.name == 'Çelësi; "Ë" SH.P.K.'

    @pytest.mark.parametrize("day", ["2026-02-03", "3.2.2026", "03.02.2026"])
    def test_days_in_two_forms(self, day: str) -> None:
        life = only_line({**PREPAID, "activated_on": day}).prepaid
        assert life is not None
        assert life.activated_on == date(2026, 2, 3)

    @pytest.mark.parametrize(
        ("amount", "cents"), [("0", 0), ("7", 700), ("7 €", 700), ("1,5", 150), ("1.50", 150), ("0,05", 5)]
    )
    def test_amounts_with_comma_or_point(self, amount: str, cents: int) -> None:
        assert only_line({**PREPAID, "balance": amount}).balance_cents == cents

    @pytest.mark.parametrize(
        "moment", ["2026-11-20T16:05", "2026-11-20 15:05:00+00:00", "2026-11-20T15:05Z", "20.11.2026 16:05"]
    )
    def test_a_moment_without_an_offset_is_kosovo_time(self, moment: str) -> None:
        line = only_line({**POSTPAID, "payment_1_at": moment, "payment_1_amount": "5"})
        assert line.payments[0].paid_at == datetime(2026, 11, 20, 16, 5, tzinfo=BELGRADE)

    def test_today_now_and_the_last_year_are_still_read(self) -> None:
        assert only_line({**PREPAID, "purchased_on": "2026-11-22"}).prepaid is not None
        assert only_line({**PREPAID, "activated_on": "2026-11-22", "valid_until": "2100-12-31"}).prepaid is not None
        now = {"payment_1_at": "2026-11-22T16:05", "payment_1_amount": "5"}
        assert only_line({**POSTPAID, **now}).payments[0].paid_at == NOW

    def test_many_bills_come_out_oldest_first(self) -> None:
        row = {**POSTPAID}
        for place, month in ((1, "10"), (7, "08"), (12, "09")):
            row |= {
                f"bill_{place}_number": f"F-{month}",
                f"bill_{place}_issued_on": f"2026-{month}-01",
                f"bill_{place}_due_on": f"2026-{month}-16",
                f"bill_{place}_amount": "15",
            }
        assert [bill.number for bill in only_line(row).bills] == ["F-08", "F-09", "F-10"]

    def test_the_card_is_in_use_when_nothing_else_is_said(self) -> None:
        sim = only_line(PREPAID).sim
        assert sim is not None
        assert sim.state is SimState.IN_USE

    def test_two_lines_of_one_subscriber(self) -> None:
        second = {**POSTPAID, "subscriber_id": "K-1", "subscriber_name": "Arta Shembull"}
        first, other = parse(PREPAID, second).lines
        assert first.subscriber == other.subscriber

    def test_every_demo_customer_survives_being_exported_and_read(self) -> None:
        lines = [customer.line for customer in demo_customers(NOW)]
        parsed = parse_accounts(export(*(as_row(line) for line in lines)), NOW)
        assert parsed.problems == ()
        assert list(parsed.lines) == lines


class TestFaults:
    @pytest.mark.parametrize(
        ("row", "column", "reason"),
        [
            (PREPAID | {"msisdn": ""}, "msisdn", Reason.VALUE_MISSING),
            (PREPAID | {"msisdn": "044 123"}, "msisdn", Reason.BAD_NUMBER),
            (PREPAID | {"msisdn": "038 500 101"}, "msisdn", Reason.NUMBER_OF_OTHER_KIND),
            (FIXED | {"msisdn": "044 100 101"}, "msisdn", Reason.NUMBER_OF_OTHER_KIND),
            (PREPAID | {"kind": ""}, "kind", Reason.VALUE_MISSING),
            (PREPAID | {"kind": "mobile"}, "kind", Reason.BAD_CHOICE),
            (PREPAID | {"subscriber_id": ""}, "subscriber_id", Reason.VALUE_MISSING),
            (PREPAID | {"subscriber_id": "x" * 65}, "subscriber_id", Reason.TOO_LONG),
            (PREPAID | {"subscriber_name": "A\0B"}, "subscriber_name", Reason.BAD_CHARACTERS),
            (PREPAID | {"business": "ndoshta"}, "business", Reason.BAD_CHOICE),
            (PREPAID | {"iccid": ""}, "iccid", Reason.VALUE_MISSING),
            (PREPAID | {"iccid": "8,93E+18"}, "iccid", Reason.BAD_ICCID),
            (PREPAID | {"sim_state": "broken"}, "sim_state", Reason.BAD_CHOICE),
            (PREPAID | {"balance": ""}, "balance", Reason.VALUE_MISSING),
            (PREPAID | {"balance": "-1"}, "balance", Reason.BAD_AMOUNT),
            (PREPAID | {"balance": "1,005"}, "balance", Reason.BAD_AMOUNT),
            (PREPAID | {"balance": "1.234,50"}, "balance", Reason.BAD_AMOUNT),
            (PREPAID | {"purchased_on": ""}, "purchased_on", Reason.VALUE_MISSING),
            (PREPAID | {"purchased_on": "2026-02-30"}, "purchased_on", Reason.BAD_DAY),
            (PREPAID | {"purchased_on": "01/02/2026"}, "purchased_on", Reason.BAD_DAY),
            (PREPAID | {"purchased_on": "0026-01-10"}, "purchased_on", Reason.BAD_DAY),
            (PREPAID | {"purchased_on": "2026-11-23"}, "purchased_on", Reason.IN_FUTURE),
            (PREPAID | {"activated_on": "2026-01-12", "valid_until": "2101-01-01"}, "valid_until", Reason.BAD_DAY),
            (PREPAID | {"activated_on": "2026-01-09"}, "activated_on", Reason.TOO_EARLY),
            (PREPAID | {"valid_until": "2027-01-09"}, "activated_on", Reason.NEEDED_BY),
            (
                PREPAID | {"activated_on": "2026-01-12", "reactivated_on": "2026-06-01"},
                "reactivation",
                Reason.NEEDED_BY,
            ),
            (
                PREPAID | {"activated_on": "2026-01-12", "reactivation": "keep_credit"},
                "reactivated_on",
                Reason.NEEDED_BY,
            ),
            (PREPAID | {"suspended_since": "2026-11-01"}, "suspended_since", Reason.NOT_FOR_KIND),
            (PREPAID | {"bill_1_amount": "5"}, "bill_1_number", Reason.NOT_FOR_KIND),
            (PREPAID | {"selfcare_locked": "po"}, "selfcare_locked", Reason.NOT_FOR_KIND),
            (POSTPAID | {"balance": "5"}, "balance", Reason.NOT_FOR_KIND),
            (FIXED | {"iccid": "8938300000000000001"}, "iccid", Reason.NOT_FOR_KIND),
            (PREPAID | {"contact_email": "arta@example.com"}, "contact_email_since", Reason.NEEDED_BY),
            (
                PREPAID | {"contact_email": "arta", "contact_email_since": "2026-01-01"},
                "contact_email",
                Reason.BAD_EMAIL,
            ),
            (PREPAID | {"contact_msisdn_since": "2026-01-01"}, "contact_msisdn", Reason.NEEDED_BY),
            (POSTPAID | {"business": "po", "club_name": "Klubi"}, "club_package", Reason.NEEDED_BY),
            (POSTPAID | {"bill_1_number": "F-1"}, "bill_1_amount", Reason.NEEDED_BY),
            (POSTPAID | {"payment_1_reference": "P"}, "payment_1_at", Reason.NEEDED_BY),
            (
                POSTPAID | {"payment_1_at": "2026-11-20", "payment_1_amount": "1"},
                "payment_1_at",
                Reason.BAD_MOMENT,
            ),
            (
                POSTPAID | {"payment_1_at": "2026-11-22T16:06", "payment_1_amount": "1"},
                "payment_1_at",
                Reason.IN_FUTURE,
            ),
            (POSTPAID | {"suspension_amount": "5"}, "suspended_since", Reason.NEEDED_BY),
            (
                POSTPAID | {"suspended_since": "2026-11-02", "suspension_ended_at": "2026-11-01T10:00"},
                "suspension_ended_at",
                Reason.TOO_EARLY,
            ),
        ],
    )
    def test_a_faulty_cell_is_told_with_its_column(self, row: dict[str, str], column: str, reason: Reason) -> None:
        parsed = parse(row)
        assert (2, column, reason) in faults(parsed)
        assert parsed.lines == ()

    def test_all_faults_of_all_rows_are_told_at_once(self) -> None:
        bad_prepaid = PREPAID | {"balance": "?", "purchased_on": "?"}
        parsed = parse(bad_prepaid, FIXED, POSTPAID | {"iccid": "1", "selfcare_registered_on": "?"})
        assert faults(parsed) == [
            (2, "purchased_on", Reason.BAD_DAY),
            (2, "balance", Reason.BAD_AMOUNT),
            (4, "iccid", Reason.BAD_ICCID),
            (4, "selfcare_registered_on", Reason.BAD_DAY),
        ]

    def test_one_faulty_row_keeps_every_row_out(self) -> None:
        assert parse(PREPAID, POSTPAID | {"iccid": "1"}).lines == ()

    def test_a_number_that_comes_twice_in_different_forms(self) -> None:
        parsed = parse(PREPAID, FIXED, POSTPAID | {"msisdn": "+383 44 100 101"})
        assert parsed.problems == (
            Problem(4, "msisdn", Reason.DUPLICATE_MSISDN, {"masked": "044 ••• •01", "first": 2}),
        )

    def test_a_card_that_comes_twice(self) -> None:
        assert faults(parse(PREPAID, POSTPAID | {"iccid": PREPAID["iccid"]})) == [(3, "iccid", Reason.DUPLICATE_ICCID)]

    def test_a_bill_that_comes_twice(self) -> None:
        row = dict(POSTPAID)
        for place in (1, 2):
            row |= {f"bill_{place}_number": "F-1", f"bill_{place}_issued_on": "2026-10-01"}
            row |= {f"bill_{place}_due_on": "2026-10-16", f"bill_{place}_amount": "5"}
        assert faults(parse(row)) == [(2, "bill_2_number", Reason.DUPLICATE_BILL)]

    def test_a_bill_due_before_it_was_issued(self) -> None:
        row = POSTPAID | {"bill_1_number": "F", "bill_1_issued_on": "2026-10-02", "bill_1_due_on": "2026-10-01"}
        assert faults(parse(row | {"bill_1_amount": "1"})) == [(2, "bill_1_due_on", Reason.TOO_EARLY)]

    def test_a_subscriber_who_differs_between_rows(self) -> None:
        assert faults(parse(PREPAID, POSTPAID | {"subscriber_id": "K-1"})) == [
            (3, "subscriber_id", Reason.SUBSCRIBER_DIFFERS)
        ]

    def test_a_club_of_a_private_person(self) -> None:
        row = POSTPAID | {"club_name": "K", "club_package": "P", "club_required_contracts": "5", "club_members": "9"}
        row |= {"club_monthly_contracts": "5", "club_joined_on": "2026-01-01"}
        assert faults(parse(row)) == [(2, "club_name", Reason.NOT_FOR_PRIVATE)]

    def test_a_row_with_too_few_cells(self) -> None:
        data = export(PREPAID) + b"044 100 109;prepaid\r\n" + b";".join([b"x"] * 9) + b"\r\n"
        assert faults(parse_accounts(data, NOW)) == [(3, "", Reason.CELL_COUNT), (4, "", Reason.CELL_COUNT)]

    def test_the_line_is_counted_in_the_file_also_after_a_cell_of_two_lines(self) -> None:
        parsed = parse(PREPAID | {"subscriber_name": "A\nB"}, FIXED | {"msisdn": "1"})
        assert faults(parsed) == [(2, "subscriber_name", Reason.BAD_CHARACTERS), (4, "msisdn", Reason.BAD_NUMBER)]

    def test_lines_that_are_not_utf8(self) -> None:
        data = export(PREPAID, POSTPAID, FIXED).replace(b"Arta", b"\xc7elja").replace(b"Gent", b"\xcbgent")
        assert faults(parse_accounts(data, NOW)) == [(2, "", Reason.NOT_UTF8), (4, "", Reason.NOT_UTF8)]

    def test_a_quotation_that_never_ends(self) -> None:
        data = export(PREPAID, FIXED).replace(b"Gent", b'"Gent')
        assert faults(parse_accounts(data, NOW)) == [(3, "", Reason.BROKEN_QUOTES)]

    @pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \r\n"])
    def test_an_empty_file(self, data: bytes) -> None:
        assert faults(parse_accounts(data, NOW)) == [(1, "", Reason.EMPTY_FILE)]

    def test_a_header_alone(self) -> None:
        assert faults(parse()) == [(1, "", Reason.EMPTY_FILE)]
        assert faults(parse_accounts(b";".join(name.encode() for name in PREPAID), NOW)) == [(1, "", Reason.NO_ROWS)]

    def test_a_header_with_a_slip_a_missing_and_a_repeated_column(self) -> None:
        data = b"msisdn;kind;subscriber_id;subscribername;kind\r\n"
        assert parse_accounts(data, NOW).problems == (
            Problem(1, "#4", Reason.UNKNOWN_COLUMN, {"nearest": "subscriber_name"}),
            Problem(1, "kind", Reason.DUPLICATE_COLUMN),
            Problem(1, "subscriber_name", Reason.MISSING_COLUMN),
        )

    @pytest.mark.parametrize("name", ["puk", "PUK1", "sim_puk", "puk_code"])
    def test_a_column_of_puk_codes_is_refused(self, name: str) -> None:
        assert (1, "#8", Reason.PUK_COLUMN) in faults(parse(PREPAID | {name: "12345678"}))

    def test_no_sentence_repeats_what_was_in_the_file(self) -> None:
        headless = parse_accounts(b"044100101;prepaid;K-1;Arta;8938300000000000001\r\n", NOW)
        secret = "Sekret 044100101"
        every_cell = parse(dict.fromkeys((*as_row(demo_customers(NOW)[27].line), "bill_1_issued_on"), secret))
        duplicate = parse(PREPAID, PREPAID)
        for parsed in (headless, every_cell, duplicate):
            assert parsed.problems
            for problem in parsed.problems:
                sentence = import_problem(problem)
                assert "Sekret" not in sentence
                assert "Arta" not in sentence
                assert "100101" not in sentence.replace(" ", "")

    @given(st.binary(max_size=300))
    def test_any_bytes_are_either_lines_or_problems(self, data: bytes) -> None:
        parsed = parse_accounts(data, NOW)
        assert bool(parsed.lines) is not bool(parsed.problems)

    @given(
        st.dictionaries(st.sampled_from([*PREPAID, "activated_on", "valid_until", "business"]), st.text(max_size=20))
    )
    def test_any_cells_are_either_lines_or_problems(self, cells: dict[str, str]) -> None:
        parsed = parse(PREPAID | {name: value.replace("\0", "") for name, value in cells.items()})
        assert bool(parsed.lines) is not bool(parsed.problems)
        assert all(import_problem(problem) for problem in parsed.problems)


def as_row(line: Line) -> dict[str, str]:
    """What an operator's export would write for a line."""
    row: dict[str, object] = {
        "msisdn": line.msisdn.e164,
        "kind": line.kind,
        "subscriber_id": line.subscriber.id,
        "subscriber_name": line.subscriber.name,
        "business": "po" if line.subscriber.is_business else "jo",
    }
    for contact in line.subscriber.contacts:
        name = "contact_email" if contact.kind is ContactKind.EMAIL else "contact_msisdn"
        row |= {name: contact.value, f"{name}_since": contact.registered_on}
    if (club := line.subscriber.club) is not None:
        row |= {"club_name": club.name, "club_package": club.package, "club_members": club.members}
        row |= {"club_required_contracts": club.required_monthly_contracts, "club_joined_on": club.joined_on}
        row["club_monthly_contracts"] = club.monthly_contracts
    if line.sim is not None:
        row |= {"iccid": line.sim.iccid, "sim_state": line.sim.state, "sim_changed_on": line.sim.changed_on}
    if (life := line.prepaid) is not None:
        row |= {"purchased_on": life.purchased_on, "activated_on": life.activated_on, "valid_until": life.valid_until}
        row |= {"reactivated_on": life.reactivated_on, "reactivation": life.reactivation}
        row["balance"] = euros(line.balance_cents)
    for place, bill in enumerate(line.bills, start=1):
        values = (bill.number, bill.issued_on, bill.due_on, euros(bill.amount_cents), euros(bill.paid_cents))
        row |= numbered("bill", place, ("number", "issued_on", "due_on", "amount", "paid"), values)
    for place, payment in enumerate(line.payments, start=1):
        booked = (payment.paid_at.isoformat(), euros(payment.amount_cents), payment.reference)
        row |= numbered("payment", place, ("at", "amount", "reference"), booked)
    if line.suspension is not None:
        row |= {
            "suspended_since": line.suspension.since,
            "suspension_amount": euros(line.suspension.amount_cents),
            "suspension_ended_at": line.suspension.ended_at,
        }
    if line.selfcare is not None:
        row |= {"selfcare_registered_on": line.selfcare.registered_on, "selfcare_locked": line.selfcare.locked}
    return {name: "" if value is None else str(value) for name, value in row.items()}


def numbered(group: str, place: int, parts: Iterable[str], values: Iterable[object]) -> dict[str, object]:
    return {f"{group}_{place}_{part}": value for part, value in zip(parts, values, strict=True)}


def euros(cents: int | None) -> str | None:
    return None if cents is None else f"{cents // 100},{cents % 100:02d}"
