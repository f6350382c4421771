"""The only place where the house's own rows are written: the square, its pages, its jobs, what owners decide."""

from .members import give_role, let_back_in, shut_out
from .notices import mark_seen
from .opening import Opening, open_square
from .reports import ask_author, ask_owners, ask_owners_about, settle_report, take_down
from .square import SquareSettings, change_menu, change_square, close_rooms
from .standing_pages import remove_page, write_page

__all__ = [
    "Opening",
    "SquareSettings",
    "ask_author",
    "ask_owners",
    "ask_owners_about",
    "change_menu",
    "change_square",
    "close_rooms",
    "give_role",
    "let_back_in",
    "mark_seen",
    "open_square",
    "remove_page",
    "settle_report",
    "shut_out",
    "take_down",
    "write_page",
]
