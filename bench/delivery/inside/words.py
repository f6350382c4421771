"""What is said in what is sent."""

LINE = (
    "Une bécasse s’est posée au bord du chemin ; elle a regardé vers le nord, puis elle a repris sa marche."
)
OCTETS = 4096


def words(octets: int) -> str:
    return " ".join([LINE] * (octets // len(LINE.encode()) + 1))
