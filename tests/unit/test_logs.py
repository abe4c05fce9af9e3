"""Logs: JSON lines that say what happened where, and to nobody whom."""

import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from cli.main import app
from records.logs import configure_logging, mask_values
from records.vault import VaultEntryNotFound

PHONE = "13800138000"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("DEBUG")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    configure_logging("DEBUG")  # again, now that pytest has put its own standard output in place
    yield capsys


def test_values_are_masked_however_deep(out: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("channels.turn").info(
        f"电话 {PHONE}",
        number=int(PHONE),
        deep={"list": [("我叫张伟", {PHONE: PHONE})]},
        data=PHONE.encode(),
        thing=Exception(PHONE),
        conversation="0a1b2c3d4e5f6071",
        count=3,
    )
    [line] = lines(out)
    assert PHONE not in json.dumps(line)
    assert "张伟" not in json.dumps(line, ensure_ascii=False)
    assert line["event"] == "电话 138****8000"
    assert line["level"] == "info"
    assert line["logger"] == "channels.turn"
    assert line["conversation"] == "0a1b2c3d4e5f6071"
    assert line["count"] == 3
    assert line["data"] == "<11 bytes>"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["uvicorn.error", "uvicorn.access", "sqlalchemy.engine", "dbos", "anything"])
def test_libraries_go_the_same_way(out: pytest.CaptureFixture[str], name: str) -> None:
    logging.getLogger(name).warning("said %s", f"我的电话是{PHONE}")
    [line] = lines(out)
    assert line["event"] == "said 我的电话是138****8000"
    assert line["logger"] == name


def test_secrets_of_an_address_do_not_pass(out: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uvicorn.access").info(
        '"GET /wechat?signature=abcdef123&timestamp=1&openid=oABCDEF HTTP/1.1" 200'
    )
    logging.getLogger("httpx").info("GET https://api.example/cgi-bin/message?access_token=SECRETSECRET")
    logging.getLogger("httpx").warning("GET https://api.example/cgi-bin/message?access_token=SECRETSECRET")
    said = lines(out)
    assert len(said) == 2  # httpx tells every address at INFO: not here
    assert "abcdef123" not in said[0]["event"]
    assert "oABCDEF" not in said[0]["event"]
    assert "SECRETSECRET" not in said[1]["event"]


def test_an_exception_says_what_and_where_but_not_its_words(out: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise ValueError("李雷说他不想活了")

    try:
        fails()
    except ValueError:
        logging.getLogger("a").exception("failed")
        structlog.get_logger("b").exception("failed")
    for line in lines(out):
        assert line["exception"]["type"] == "builtins.ValueError"
        assert line["exception"]["at"][-1].endswith("fails")
        assert "李雷" not in json.dumps(line, ensure_ascii=False)


def test_our_own_exceptions_keep_their_message(out: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            raise KeyError(PHONE)
        except KeyError:
            raise VaultEntryNotFound from None
    except VaultEntryNotFound:
        logging.getLogger("a").exception("failed")
    [line] = lines(out)
    assert line["exception"]["message"] == "This owner has no such entry."
    assert line["exception"]["causes"] == ["builtins.KeyError"]
    assert PHONE not in json.dumps(line)


def test_a_record_that_cannot_be_written_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    record = logging.LogRecord("a", logging.INFO, "x.py", 1, "%d and %d", (PHONE,), None)
    root.handlers[0].handle(record)  # the standard library would print PHONE to standard error
    captured = capsys.readouterr()
    assert PHONE not in captured.out + captured.err
    assert "could not be written" in captured.err


def test_warnings_are_lines_too(out: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"not {PHONE}", stacklevel=1)
    [line] = lines(out)
    assert PHONE not in json.dumps(line)


def test_a_failed_statement_does_not_tell_its_parameters(session: Session) -> None:
    with pytest.raises(StatementError) as raised, session.begin_nested():
        session.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": PHONE})
    assert PHONE not in str(raised.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_value_becomes_json(value: Any) -> None:
    json.dumps(mask_values(None, "info", {"event": "x", "value": value}))


def test_a_command_line_logs_to_standard_error_and_leaves_a_house_of_the_same_process_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert CliRunner().invoke(app, ["mask"], input="").exit_code == 0
    structlog.get_logger("channels.turn").warning(f"电话 {PHONE}")
    said = capsys.readouterr()
    assert said.out == ""
    assert json.loads(said.err)["event"] == "电话 138****8000"
    configure_logging("DEBUG")
    structlog.get_logger("channels.turn").warning("again a house")
    assert [line["event"] for line in lines(capsys)] == ["again a house"]
