"""What patients may ask for about their own data: to see, to take along, to have erased, to be told why."""

from care.rights.wishes import Wish, wish_in

__all__ = ["Wish", "wish_in"]
