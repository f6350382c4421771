"""What a pure function made, kept in the process and found again by all that went into it: never stale, since asked by content."""

import marshal
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Any

WITHOUT_REFERENCES = 2  # later versions of marshal write equal values in more than one way


class Kept[T]:
    """The last `size` results of something costly that depends on nothing but the values it is asked with."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._results: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def get(self, values: tuple[Any, ...], make: Callable[[], T]) -> T:
        """The result for these values; made now if it is not among the last ones.

        Raises ValueError unless they are plain: str, bytes, numbers, None, and tuples, lists and dicts of those;
        the content of other objects cannot be told.
        """
        key = blake2b(marshal.dumps(values, WITHOUT_REFERENCES), digest_size=20).digest()
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = make()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self.size:
                self._results.popitem(last=False)
        return result

    def __len__(self) -> int:
        return len(self._results)
