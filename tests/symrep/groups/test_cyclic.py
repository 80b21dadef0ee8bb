from math import cos, pi, sin

import numpy as np
import pytest
import torch

from symrep import CyclicGroup
from symrep.representations.laws import assert_homomorphism
from tests.group_checks import assert_same_tables_as_gap, regular


@pytest.mark.oracles
def test_tables_are_those_of_gap(sage):
    groups = [CyclicGroup(n) for n in range(1, 13)]
    assert_same_tables_as_gap({str(group): (group, regular(group)) for group in groups}, sage)


def test_cyclic_groups_add():
    group = CyclicGroup(7)
    assert group.order == 7
    assert group.products(5, 4) == 2
    assert group.inverse_indices.tolist() == [0, 6, 5, 4, 3, 2, 1]
    assert [c.label for c in group.conjugacy_classes] == list("0123456")
    assert group.element(3) == 3
    assert group.element_name(3) == "3"


def test_rotations():
    rho = CyclicGroup(7).irrep("freq_2").tensor(torch.float64)[3]
    c, s = cos(12 * pi / 7), sin(12 * pi / 7)
    assert np.abs(rho.numpy() - [[c, -s], [s, c]]).max() < 1e-15
    sign = CyclicGroup(6).irrep("sign").tensor(torch.float64)
    assert sign.flatten().tolist() == [1, -1, 1, -1, 1, -1]


def test_types():
    def types(n):
        return {label: (i.dim, i.type) for label, i in CyclicGroup(n).irreps.items()}

    assert types(1) == {"trivial": (1, "real")}
    assert types(2) == {"trivial": (1, "real"), "sign": (1, "real")}
    assert types(4) == {"trivial": (1, "real"), "sign": (1, "real"), "freq_1": (2, "complex")}


def test_labels_that_the_group_lacks():
    with pytest.raises(ValueError, match="C_6 has no irrep 'freq_3'; it has trivial, sign, freq_1"):
        CyclicGroup(6).irrep("freq_3")


def test_distinguished_subgroups():
    """Of prime index, the least one."""
    found = {
        n: [
            (name, len(CyclicGroup(n).generated_subgroup(generators)))
            for name, generators in CyclicGroup(n).distinguished_subgroup.items()
        ]
        for n in (1, 7, 9, 12)
    }
    assert found == {1: [], 7: [], 9: [("C_3", 3)], 12: [("C_6", 6)]}


def test_bad_orders_and_elements():
    with pytest.raises(ValueError, match="CyclicGroup: n must be 1 or more, got 0"):
        CyclicGroup(0)
    with pytest.raises(TypeError, match="CyclicGroup: n must be an integer, got '3'"):
        CyclicGroup("3")
    with pytest.raises(ValueError, match="C_3 has elements 0 to 2, got 3"):
        CyclicGroup(3).index(3)


def test_nothing_is_enumerated_at_first():
    group = CyclicGroup(10**12)
    assert group.order == 10**12
    assert group.element_name(1) == "1"


def test_the_group_of_published_networks_is_right_in_floating_point():
    group = CyclicGroup(113)
    group.character_table().verify()
    for irrep in group.irreps.values():
        matrices = irrep.tensor(torch.float64)
        assert_homomorphism(matrices, group.cayley_table, group.generators, 1e-14)
