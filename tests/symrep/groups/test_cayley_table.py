import numpy as np
import pytest
import torch

from symrep import CayleyTableGroup, NotAGroup, SymmetricGroup


def test_a_table_with_its_identity_anywhere():
    # C_3 with the elements g, g^2, 1.
    group = CayleyTableGroup([[1, 2, 0], [2, 0, 1], [0, 1, 2]], "rotations")
    assert (group.order, group.identity, str(group)) == (3, 2, "rotations")
    assert group.inverse_indices.tolist() == [1, 0, 2]
    assert group.products([0, 1], 0).tolist() == [1, 2]
    assert group.products(0, 1) == 2
    assert group.relations is None
    assert str(CayleyTableGroup([[0]])) == "G_1"


def test_the_table_of_one_element():
    group = CayleyTableGroup([[0]])
    assert (group.order, group.identity, group.generators, group.exponent) == (1, 0, (), 1)
    assert group.character_table().values.tolist() == [[1]]
    assert group.irrep("trivial").tensor(torch.float64).tolist() == [[[1.0]]]
    assert group.centre.tolist() == group.commutator_subgroup.tolist() == [0]
    assert group.distinguished_subgroup == {}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "must be square and not empty, got shape"),
        ([[0, 1]], r"must be square and not empty, got shape \(1, 2\)"),
        ([[0.0]], "integers, got float64"),
        ([[0, 1], [1, 2]], "must be 0 to 1, got 2 in row 1, column 1"),
        ([[0, 1], [0, 1]], "not a Latin square: column 0 has the entry 0 twice"),
        ([[0, 2, 1], [2, 1, 0], [1, 0, 2]], r"identity|not associative: \(0 \* "),
        (
            [
                [0, 1, 2, 3, 4],
                [1, 0, 3, 4, 2],
                [2, 4, 0, 1, 3],
                [3, 2, 4, 0, 1],
                [4, 3, 1, 2, 0],
            ],
            r"not associative: \(\d \* \d\) \* \d = \d, but \d \* \(\d \* \d\) = \d",
        ),
    ],
)
def test_tables_of_no_group_are_refused(table, message):
    with pytest.raises(NotAGroup, match=message):
        CayleyTableGroup(table)


def test_the_given_table_is_copied():
    table = np.array([[0, 1], [1, 0]])
    group = CayleyTableGroup(table)
    table[:] = 0
    assert group.products(1, 1) == 0
    assert group.cayley_table.tolist() == [[0, 1], [1, 0]]


def test_the_name_is_no_part_of_the_value():
    table = SymmetricGroup(3).cayley_table
    assert CayleyTableGroup(table, "a") == CayleyTableGroup(table, "b")
    text = repr(CayleyTableGroup(table))
    assert text.startswith("CayleyTableGroup.from_steps([[3, 2, 5, 4, 0, 1], ")
    assert text.endswith("]], identity=0, name='G_6')")


@pytest.mark.parametrize(
    ("steps", "identity", "message"),
    [
        ([], 0, r"steps must be integers \(generators, \|G\|\), got float64 \(0,\)"),
        ([[0.0]], 0, "steps must be integers"),
        ([[]], 0, "steps must be integers"),
        ([[1, 2]], 0, "the elements of a group of order 2 must be 0 to 1"),
        ([[1, 0]], 2, "the elements of a group of order 2 must be 0 to 1"),
        ([[1, 0, 3, 2]], 0, "the generators generate 2 of 4 elements"),
        ([[1, 2, 1]], 0, "not a Latin square"),
    ],
)
def test_steps_of_no_group_are_refused(steps, identity, message):
    with pytest.raises(NotAGroup, match=message):
        CayleyTableGroup.from_steps(steps, identity)


def test_steps_from_an_identity_that_is_not_first():
    """C_3 with the elements g, g^2, 1."""
    group = CayleyTableGroup.from_steps([[1, 2, 0]], identity=2)
    assert group.cayley_table.tolist() == [[1, 2, 0], [2, 0, 1], [0, 1, 2]]
