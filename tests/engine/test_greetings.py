"""Where a greeting ends and what is asked begins."""

import pytest

from engine.greetings import after_greeting


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Përshëndetje, si mund ta kthej linjën?", "si mund ta kthej linjen?"),
        ("Përshëndetje të nderuar! Kam një pyetje", "kam nje pyetje"),
        ("Mirëdita,sa borxh kam", "sa borxh kam"),
        ("mirmbrama vlla qysh je a je mir, kom hup kartelen", "kom hup kartelen"),
        ("tung qysh jeni a u lodhët a mundeni me m'tregu", "a mundeni me m'tregu"),
        ("selam alejkum, si jeni, puku m'u bllokue", "puku m'u bllokue"),
        ("Hello, how much is a SIM", "how much is a sim"),
        ("guten Tag, wo ist", "wo ist"),
        ("flm shumë, edhe nji pytje", "edhe nji pytje"),
        ("natën e mirë, kom hup kartelen", "kom hup kartelen"),
    ],
)
def test_what_follows_a_greeting(text: str, rest: str) -> None:
    assert after_greeting(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Përshëndetje",
        "tung, a jeni mirë?",
        "mirdita zotni",
        "mirembrema, si po ju shkon puna?",
        "tung qysh po kaloni",
        "a je robot a njeri",
        "si jeni te hapur te shtunen",
        "sa kushton kartela",
        "halogjen sa kushton",
        "pershendetje kartela",
        "",
    ],
)
def test_no_greeting_or_nothing_behind_it(text: str) -> None:
    assert after_greeting(text) is None
