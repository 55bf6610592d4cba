"""Values that elements take from those above them, beside a plain loop."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spamstrip.html.ancestry import depths, nearest, paths, united

TREES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 2)), max_size=60)


@given(TREES)
def test_all_columns_equal_those_of_a_loop(shape: list[tuple[float, int]]) -> None:
    parent, names = [0], [0]
    for share, name in shape:  # a parent stands before its children
        parent.append(int(share * (len(parent) - 1)))
        names.append(name)
    depth, bits, path, at = [0], [1 << names[0]], [(names[0],)], [0]
    for above, name in zip(parent[1:], names[1:], strict=True):
        depth.append(depth[above] + 1)
        bits.append(bits[above] | 1 << name)
        path.append((*path[above], name))
        at.append(len(at) if name == 2 else at[above])
    above, of = np.array(parent), np.array(names)
    assert depths(above).tolist() == depth
    assert united(above, np.left_shift(1, of)).tolist() == bits
    assert nearest(above, of == 2).tolist() == at
    numbers = paths(above, of).tolist()
    assert len(set(zip(numbers, path, strict=True))) == len(set(numbers)) == len(set(path))


def test_a_chain_of_elements_and_an_empty_page() -> None:
    chain = np.maximum(np.arange(1000) - 1, 0)
    assert depths(chain).tolist() == list(range(1000))
    assert len(np.unique(paths(chain, np.zeros(1000, np.int64)))) == 1000
    nothing = np.zeros(0, np.int64)
    assert not len(depths(nothing)) + len(paths(nothing, nothing)) + len(united(nothing, nothing))
