"""What encoder and decoder of the wire agree on.

A body is  "NB1\\0" | length of the skeleton (4 bytes) | skeleton | raw bytes of each tensor, each from a multiple of 16

The skeleton is msgpack. Scalars are msgpack's own. Every container, tensor and array is an extension, whose length
msgpack holds against what is there; msgpack's own arrays and maps are not used, as their headers can promise more than
follows. A container's payload is the number of its values (4 bytes) and the values one after the other.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"NB1\0"
LENGTH = struct.Struct(">Q")
COUNT = struct.Struct(">I")
ALIGNMENT = 16

MAX_BYTES = 64 << 20  # one body
MAX_SKELETON = 16 << 20  # of it, all but the tensors
MAX_DEPTH = 64  # containers in containers
MAX_ITEMS = 1_000_000  # values in all containers together
MAX_INT_BITS = 4096  # stays under Python's own limit for printing an int
MAX_NAME = 200

LIST, TUPLE, SET, FROZENSET, DICT, BIG_INT, TENSOR, ARRAY, NUMPY_SCALAR, OPAQUE = range(1, 11)
CONTAINERS: dict[int, type] = {LIST: list, TUPLE: tuple, SET: set, FROZENSET: frozenset, DICT: dict}
SCALARS = frozenset({type(None), bool, int, float, str, bytes})


class WireError(Exception):
    """Bytes that are no message, or a value too large to be one."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is not plain data; `type_name` says what it was."""

    type_name: str
