"""What somebody has written as YAML, read as it will be used; what is wrong is told with its line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

T = TypeVar("T")


class TextInvalid(ValueError):
    """The text cannot be used; the message says where and why, a line each."""


def read_written(text: str, read: Callable[[str], T], *, said: Mapping[str, str]) -> T:
    """What ``read`` makes of ``text``; raises :class:`TextInvalid` for what it refuses. ``said`` are the words for
    what pydantic finds (by its type) and for what the models say themselves; others stand as they are."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise TextInvalid("不能用 & 和 * 引用，请把内容写全")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return read(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TextInvalid(f"第 {line} 行：写法不对（{error.problem}）") from None
    except (yaml.YAMLError, RecursionError):
        raise TextInvalid("写法不对，读不出来") from None
    except ValidationError as error:
        raise TextInvalid("\n".join(_said(node, one, said) for one in error.errors())) from None


def _said(root: yaml.Node | None, error: ErrorDetails, said: Mapping[str, str]) -> str:
    own = error["msg"].removeprefix("Value error, ")
    reason = said.get(error["type"]) or said.get(own, own)
    where = ".".join(str(step) for step in error["loc"])
    return f"第 {_line(root, error['loc'])} 行{f' {where}' if where else ''}：{reason}"


def _line(root: yaml.Node | None, steps: Sequence[int | str]) -> int:
    """The line of the innermost node on the way that is there, from 1."""
    line = 1
    for node in _way(root, steps):
        line = node.start_mark.line + 1
    return line


def _way(node: yaml.Node | None, steps: Sequence[int | str]) -> Iterator[yaml.Node]:
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return
        if node is None:
            return
        yield node
