"""How the records' tables came to be, step by step; run by ``records.migrate``."""
