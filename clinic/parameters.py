"""What a request may hold, before it comes near the database."""

from typing import Annotated

from fastapi import Path

# Ids as ``records.database.new_id`` makes them.
Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
# PostgreSQL stores no NUL.
NO_NUL = r"^[^\x00]*$"
