"""The base of every no that a person may hear; its text is a sentence for them."""


class Refusal(Exception):
    """Something cannot be done as asked; `str()` says why, and what to do now."""

    def __init__(self, words: object = "") -> None:
        super().__init__(words or self.__doc__)
        self.words = words or self.__doc__ or ""

    def __str__(self) -> str:
        return str(self.words)
