"""What the campaigns cost: pledging by several at once, settling a hundred thousand pledges, and the books beside another library's."""

BENCHES = ("pledging", "settling", "reading", "hordak", "payday")
