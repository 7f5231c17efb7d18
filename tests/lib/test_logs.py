import logging
import sys

from courtparty.lib.logs import PlainFormatter

NAME = "张三"


def line(level):
    formatter = PlainFormatter("%(levelname)s %(message)s")
    try:
        raise ValueError(f"Failing row contains (1, {NAME}, 1985-06)")
    except ValueError:
        raised = sys.exc_info()
    record = logging.LogRecord("web", level, __file__, 1, "Failed: /my/", (), raised)
    return formatter.format(record)


def test_error_is_logged_with_its_place_and_without_its_text():
    text = line(logging.ERROR)

    assert text.startswith("ERROR Failed: /my/\n")
    assert "test_logs.py" in text
    assert text.endswith("\nbuiltins.ValueError")
    assert NAME not in text


def test_refusal_takes_one_line():
    assert line(logging.WARNING) == "WARNING Failed: /my/"
