"""The chain: whatever is done to its rows without the key is found (S10)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.chain import GENESIS, Chain, Checkpoint, Head, StoredEntry, find_break
from ndihma.clock import BELGRADE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHAIN = Chain(SecretStr("a" * 64))

unlinked = st.builds(
    StoredEntry,
    sequence=st.just(0),
    at=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    actor_kind=st.sampled_from(["customer", "agent", "operator", "system"]),
    actor_id=st.text(max_size=20),
    action=st.sampled_from(["account_read", "code_sent"]),
    subject=st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
    fields=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    reason=st.text(max_size=30),
    previous=st.just(GENESIS),
)


def trail(entries: list[StoredEntry]) -> tuple[list[StoredEntry], Head]:
    rows = list(CHAIN.linked(Head(), entries))
    return rows, Head(rows[-1].sequence, rows[-1].hash, CHAIN.head_seal(rows[-1].sequence, rows[-1].hash))


trails = st.lists(unlinked, min_size=1, max_size=8).map(trail)


def broken_at(rows: list[StoredEntry], head: Head, checkpoints: tuple[Checkpoint, ...] = ()) -> int | None:
    found = find_break(CHAIN, head, checkpoints, rows)
    return None if found is None else found.sequence


def test_a_trail_without_entries_holds() -> None:
    assert broken_at([], Head()) is None


@given(trails)
def test_s10_a_trail_as_it_was_written_holds(written: tuple[list[StoredEntry], Head]) -> None:
    assert broken_at(*written) is None


CHANGES = {
    "at": lambda value: value + timedelta(microseconds=1),
    "subject": lambda value: "0" * 64 if value is None else None,
    "fields": lambda value: (*value, ""),
    "previous": lambda value: value[1:] + ("0" if value[0] != "0" else "1"),
    "hash": lambda value: value[1:] + ("0" if value[0] != "0" else "1"),
}


@given(trails, st.data())
def test_s10_any_changed_value_is_found_at_its_row(
    written: tuple[list[StoredEntry], Head], data: st.DataObject
) -> None:
    rows, head = written
    place = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(StoredEntry) if field.name != "sequence"]))
    old = getattr(rows[place], name)
    new = CHANGES[name](old) if name in CHANGES else data.draw(st.text(max_size=30).filter(lambda text: text != old))
    if new == old:  # a rotation of equal digits
        return
    rows[place] = replace(rows[place], **{name: new})
    assert broken_at(rows, head) == place + 1


@given(trails, st.data())
def test_s10_any_removed_stretch_is_found_at_its_first_row(
    written: tuple[list[StoredEntry], Head], data: st.DataObject
) -> None:
    rows, head = written
    first = data.draw(st.integers(0, len(rows) - 1))
    length = data.draw(st.integers(1, len(rows) - first))
    assert broken_at(rows[:first] + rows[first + length :], head) == first + 1


@given(trails, st.data())
def test_s10_two_rows_in_each_others_place_are_found(
    written: tuple[list[StoredEntry], Head], data: st.DataObject
) -> None:
    rows, head = written
    first = data.draw(st.integers(0, len(rows) - 1))
    second = data.draw(st.integers(0, len(rows) - 1))
    if first == second:
        return
    a, b = rows[first], rows[second]
    rows[first], rows[second] = replace(b, sequence=a.sequence), replace(a, sequence=b.sequence)
    assert broken_at(rows, head) == min(first, second) + 1


@given(trails, unlinked, st.data())
def test_s10_a_row_put_in_is_found(
    written: tuple[list[StoredEntry], Head], stranger: StoredEntry, data: st.DataObject
) -> None:
    """By somebody who knows how rows are made, but has another key; the rows behind it move up."""
    rows, head = written
    place = data.draw(st.integers(0, len(rows)))
    before = rows[place - 1] if place else StoredEntry(0, NOON, "", "", "", None, (), "", "", GENESIS)
    (forged,) = Chain(SecretStr("b" * 64)).linked(Head(before.sequence, before.hash), [stranger])
    behind = [replace(row, sequence=row.sequence + 1) for row in rows[place:]]
    longer = replace(head, sequence=head.sequence + 1)
    assert broken_at([*rows[:place], forged, *behind], longer) == place + 1


@given(trails, st.data())
def test_s10_a_copy_of_a_row_behind_the_last_is_found(
    written: tuple[list[StoredEntry], Head], data: st.DataObject
) -> None:
    rows, head = written
    again = replace(data.draw(st.sampled_from(rows)), sequence=len(rows) + 1)
    assert broken_at([*rows, again], head) == len(rows) + 1


@given(trails, st.data())
def test_s10_a_checkpoint_holds_only_with_its_seal(
    written: tuple[list[StoredEntry], Head], data: st.DataObject
) -> None:
    rows, head = written
    last = data.draw(st.sampled_from(rows))
    checkpoint = Checkpoint(last.sequence, last.hash, NOON, last.sequence)
    sealed = replace(checkpoint, seal=CHAIN.checkpoint_seal(checkpoint))
    rest = rows[last.sequence :]
    assert broken_at(rest, head, (sealed,)) is None
    assert broken_at(rest, head, (checkpoint,)) == last.sequence
    assert broken_at(rest, head, (replace(sealed, removed=sealed.removed + 1),)) == last.sequence
    assert broken_at(rest, head) == 1


def test_no_value_can_run_into_the_next() -> None:
    rows, _ = trail([StoredEntry(0, NOON, "a", "bc", "d", None, ("e", "f"), "g", GENESIS)])
    other = replace(rows[0], actor_kind="ab", actor_id="c")
    joined = replace(rows[0], fields=("e,f",))
    assert len({CHAIN.entry_hash(each) for each in (rows[0], other, joined)}) == 3


def test_a_number_is_named_by_a_keyed_hash() -> None:
    number = Msisdn.parse("044 123 456")
    assert CHAIN.subject(number) == CHAIN.subject(Msisdn.parse("+383 44 123 456"))
    assert CHAIN.subject(number) != Chain(SecretStr("b" * 64)).subject(number)
    assert len(CHAIN.subject(number)) == 64


def test_a_hash_is_of_the_moment_whatever_the_zone() -> None:
    rows, _ = trail([StoredEntry(0, NOON, "a", "b", "c", None, (), "", GENESIS)])
    assert CHAIN.entry_hash(replace(rows[0], at=NOON.astimezone(BELGRADE))) == rows[0].hash
