"""What the server's log says of a request that was refused: that it was, and why in a word; nothing that came with it."""

import logging


class WithoutWords(logging.Filter):
    """Leaves of a refusal its kind alone: any visitor can cause one, and writes its address, host and text."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.name.rpartition(".")[2]
        record.msg, record.args = "A request was refused (%s).", (kind,)
        record.exc_info = record.exc_text = record.stack_info = None
        return True
