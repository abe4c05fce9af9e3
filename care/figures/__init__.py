"""How the house is doing, in numbers that name nobody."""

from care.figures.counting import Figures, Span, count
from care.figures.table import HEADER, as_rows

__all__ = ["HEADER", "Figures", "Span", "as_rows", "count"]
