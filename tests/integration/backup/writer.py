"""A process that writes patients' messages without end, each with its row in the audit; says how many it committed.

python -m tests.integration.backup.writer
"""

import itertools

import records.tables  # noqa: F401
from records.database import session_scope
from tests.integration.backup.conftest import converse


def main() -> None:
    for number in itertools.count(1):
        with session_scope() as session:
            converse(session, f"头疼{number}天了，电话1380013{number % 10000:04d}")
        print(number, flush=True)


if __name__ == "__main__":
    main()
