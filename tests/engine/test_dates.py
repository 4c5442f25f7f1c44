"""Dates: each comes back as a day however it is written, counted from the moment of writing."""

import calendar
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import FRIDAY, read, spell, without_diacritics

from engine.albanian.values import BELGRADE

moments = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(BELGRADE))  # noqa: DTZ001
days = st.dates(date(2001, 1, 1), date(2098, 12, 31))
MONTHS = [
    "janar",
    "shkurt",
    "mars",
    "prill",
    "maj",
    "qershor",
    "korrik",
    "gusht",
    "shtator",
    "tetor",
    "nëntor",
    "dhjetor",
]


@given(days, st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"]))
def test_a_date_in_figures_is_read_back(day: date, form: str) -> None:
    written = day.strftime(form)
    assert read(f"kom pagu me {written} te posta") == [(written, "date", day.isoformat())]


@given(days, st.sampled_from(["{} {} {}", "{}. {} {}", "{} {}it {}", "{} {}i {}"]), st.booleans())
def test_a_day_and_month_with_a_year_are_read_back(day: date, form: str, bare: bool) -> None:
    written = form.format(day.day, MONTHS[day.month - 1], day.year)
    written = without_diacritics(written) if bare else written
    assert read(f"më {written} u ndal") == [(written, "date", day.isoformat())]


@given(moments, days)
def test_a_day_without_a_year_is_the_nearest_the_last_or_the_next(now: datetime, day: date) -> None:
    today = now.date()
    written = f"{day.day} {MONTHS[day.month - 1]}"

    def distance(text: str) -> int:
        (found,) = read(text, now)
        assert found[0] == written
        read_day = date.fromisoformat(found[2])
        assert (read_day.day, read_day.month) == (day.day, day.month)
        return (read_day - today).days

    longest = 366 * 8 if (day.day, day.month) == (29, 2) else 366
    assert -longest <= distance(f"e pagova me {written}") <= 0
    assert 0 <= distance(f"kam me pagu deri me {written}") <= longest
    assert abs(distance(f"kontrata {written}")) <= longest // 2 + 1


@given(st.integers(1, 31), st.integers(0, 2), st.sampled_from(["para {} ditëve", "qe {} ditë", "para {} ditve"]))
def test_days_ago_are_counted_from_the_moment_of_writing(count: int, style: int, form: str) -> None:
    for number in (str(count), spell(count, style)):
        written = form.format(number)
        assert read(f"pagova {written}") == [
            (written, "date", (FRIDAY.date() - timedelta(days=count)).isoformat()),
        ]


@given(st.integers(1, 400), moments)
def test_months_ago_never_leave_the_calendar(count: int, moment: datetime) -> None:
    ((_, _, value),) = read(f"para {count} muajve", moment)
    months = (moment.year - int(value[:4])) * 12 + moment.month - int(value[5:7])
    assert months == count
    last = calendar.monthrange(int(value[:4]), int(value[5:7]))[1]
    assert int(value[8:]) == min(moment.day, last)


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("pagova dje", "dje", "2026-11-19"),
        ("vij nesër", "nesër", "2026-11-21"),
        ("pardje u nal", "pardje", "2026-11-18"),
        ("pasnesër", "pasnesër", "2026-11-22"),
        ("sonte s'kom rrjet", "sonte", "2026-11-20"),
        ("para tri ditëve", "para tri ditëve", "2026-11-17"),
        ("qe nji javë", "qe nji javë", "2026-11-13"),
        ("mas 3 ditve vij", "mas 3 ditve", "2026-11-23"),
        ("ka 3 ditë që s'kam linjë", "3 ditë", "2026-11-17"),
        ("javën e kalume", "javën e kalume", "2026-11-09/2026-11-15"),
        ("muajin e kaluar", "muajin e kaluar", "2026-10-01/2026-10-31"),
        ("këtë muaj", "këtë muaj", "2026-11-01/2026-11-30"),
        ("muajin që vjen", "muajin që vjen", "2026-12-01/2026-12-31"),
        ("vitin e kaluar", "vitin e kaluar", "2025-01-01/2025-12-31"),
        ("faturën e tetorit", "tetorit", "2026-10-01/2026-10-31"),
        ("a mund ta paguaj faturën e dhjetorit", "dhjetorit", "2025-12-01/2025-12-31"),
        ("pagova të hënën", "të hënën", "2026-11-16"),
        ("vij të hënën", "të hënën", "2026-11-23"),
        ("deri t'premten", "t'premten", "2026-11-27"),
        ("deri tpremten", "tpremten", "2026-11-27"),
        ("t'premten e kalume", "t'premten e kalume", "2026-11-13"),
        ("datën 5 pagova", "datën 5", "2026-11-05"),
        ("kom pagu me 12 nandor", "12 nandor", "2026-11-12"),
        ("kom pagu me 12.11", "12.11", "2026-11-12"),
        ("fund t'muajit", "fund t'muajit", "2026-11-30"),
        ("habe gestern bezahlt", "gestern", "2026-11-19"),
        ("vor zwei Wochen", "vor zwei Wochen", "2026-11-06"),
        ("3 days ago", "3 days ago", "2026-11-17"),
        ("prošle nedelje", "prošle nedelje", "2026-11-09/2026-11-15"),
    ],
)
def test_ways_to_write_a_date(text: str, surface: str, value: str) -> None:
    assert read(text) == [(surface, "date", value)]


@pytest.mark.parametrize(
    "text",
    [
        "sa ditë zgjat", "30 ditë", "brenda 15 ditësh", "afati prej 15 ditësh", "për dy muaj", "para disa ditësh",
        "guten Morgen", "shkurt e shqip", "24/7", "në vitin 2019", "i ka 3 vjet", "31.02.2026", "ora 12",
        "black friday",         "krejt puntorët që jan",
        "humbet pas 100 ditësh",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert "date" not in [label for _, label, _ in read(text)]


def test_a_day_begins_at_midnight_in_kosovo() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)  # half past midnight on the 21st in Kosovo
    assert read("sot", late) == [("sot", "date", "2026-11-21")]


def test_a_date_needs_an_aware_clock() -> None:
    with pytest.raises(ValueError, match="aware"):
        read("sot", datetime(2026, 11, 20))  # noqa: DTZ001
