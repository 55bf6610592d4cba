"""What elements take from those above them, for all elements of a page at once.

Pointer doubling (Hillis & Steele 1986): what an element and its parent know covers two levels,
what it and its grandparent then know covers four; so the steps are the logarithm of the depth.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

IndexArray = npt.NDArray[np.intp]
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio
_FACTOR: Final = np.uint64(0x5851F42D4C957F2D)  # Knuth's multiplier for 64 bits


def _doublings(parent: IndexArray) -> Iterator[IndexArray]:
    """Per element the ancestor 1, 2, 4, ... levels up, as long as some are not the root."""
    above = parent
    while above.any():
        yield above
        above = above.take(above)


def depths(parent: IndexArray) -> IndexArray:
    """The number of levels above each element; 0 for the root, which is its own parent."""
    depth: IndexArray = (np.arange(len(parent)) != parent).astype(np.intp)
    for above in _doublings(parent):
        depth += depth.take(above)
    return depth


def nearest(parent: IndexArray, chosen: npt.NDArray[np.bool_]) -> IndexArray:
    """The nearest chosen element at or above each; the root where there is none."""
    at = np.where(chosen, np.arange(len(parent)), parent)
    while True:
        following = at.take(at)
        if np.array_equal(following, at):
            return at
        at = following


def united(parent: IndexArray, bits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The bits of each element and of all above it."""
    bits = bits.copy()
    for above in _doublings(parent):
        bits |= bits.take(above)
    return bits | bits[:1]


def paths(parent: IndexArray, names: IndexArray) -> IndexArray:
    """A number per element, equal for elements whose names agree all the way up.

    A path is hashed as a polynomial of its names, modulo two to the power of 64.
    """
    hashed = (names.astype(np.uint64) + np.uint64(1)) * _SPREAD
    factor = np.full(len(parent), _FACTOR)
    factor[:1] = 0
    for above in _doublings(parent):
        hashed += factor * hashed.take(above)
        factor *= factor.take(above)
    hashed[1:] += factor[1:] * hashed[:1]
    numbers: IndexArray = np.unique(hashed, return_inverse=True)[1]
    return numbers
