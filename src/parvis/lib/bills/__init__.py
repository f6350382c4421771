"""Bills that are paid by bank: Swiss QR-bills for francs, EPC codes for euros, each with a covering letter; plain Python."""

from .bill import Address, Bill, Line
from .faults import Fault, Unbillable
from .payload import payload
from .pdf import draw_pdf
from .svg import draw_code, draw_svg

__all__ = ["Address", "Bill", "Fault", "Line", "Unbillable", "draw_code", "draw_pdf", "draw_svg", "payload"]
