"""The setting of widget origins: exact, in the spelling of browsers, refused in one line otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ndihma.config import Settings
from ndihma.web_origins import parse_origins

_LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
_HOSTS = st.lists(_LABEL, min_size=1, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("listed", "origins"),
    [
        ("", ()),
        ("https://shop.example", ("https://shop.example",)),
        (" https://a.example , https://b.example:8443,", ("https://a.example", "https://b.example:8443")),
        ("HTTPS://Shop.Example:443", ("https://shop.example",)),
        ("https://a.example,https://A.example", ("https://a.example",)),
        ("http://localhost:3000,http://127.0.0.1:80", ("http://localhost:3000", "http://127.0.0.1")),
        ("http://[0:0::1]:5173", ("http://[::1]:5173",)),
        ("https://xn--vla-jua.example", ("https://xn--vla-jua.example",)),
    ],
)
def test_origins_are_spelled_as_browsers_send_them(listed, origins):
    assert parse_origins(listed) == origins


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "null",
        "shop.example",
        "https://",
        "https://*.example",
        "https://shop.example/",
        "https://shop.example/path",
        "https://shop.example?x",
        "https://shop.example#x",
        "https://user@shop.example",
        "https://user:pass@shop.example",
        "https://shop.example:",
        "https://shop.example:0",
        "https://shop.example:65536",
        "https://shop.example:8x",
        "https://[::1",
        "https://[1:2]",
        "https://-shop.example",
        "https://véla.example",
        "https://shop.example https://b.example",
        "http://shop.example",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "ftp://shop.example",
        "javascript:alert(1)",
        "https://shop.example\n",
    ],
)
def test_anything_else_is_refused_by_its_place(entry):
    with pytest.raises(ValueError, match=r"^entry 2 must be an origin such as https://shop\.example") as refused:
        parse_origins(f"https://first.example,{entry}x" if entry.endswith("\n") else f"https://first.example,{entry}")
    assert "user" not in str(refused.value)


@given(_HOSTS, st.none() | st.integers(1, 65535))
def test_what_is_parsed_is_parsed_to_itself(host, port):
    listed = f"https://{host}" + (f":{port}" if port else "")
    (origin,) = parse_origins(listed)
    assert parse_origins(origin) == (origin,)
    assert origin == listed.removesuffix(":443" if port == 443 else "\0")


@given(st.text(max_size=40))
def test_no_text_gives_an_origin_with_more_than_scheme_host_and_port(text):
    try:
        origins = parse_origins(text)
    except ValueError:
        return
    for origin in origins:
        assert origin.isascii()
        assert origin.count("/") == 2
        assert not set(origin) & set("@?#*, \t\r\n")


def test_a_wrong_setting_names_its_variable_and_does_not_repeat_the_value(monkeypatch):
    monkeypatch.setenv("NDIHMA_WIDGET_ORIGINS", "https://ok.example,http://shop.example/secret")
    with pytest.raises(ValidationError) as refused:
        Settings()
    (problem,) = refused.value.errors(include_input=False)
    assert problem["loc"] == ("widget_origins",)
    assert "entry 2" in problem["msg"]
    assert "secret" not in problem["msg"]
    monkeypatch.setenv("NDIHMA_WIDGET_ORIGINS", "https://b.example,https://a.example")
    assert Settings().widget_origins == ("https://b.example", "https://a.example")
