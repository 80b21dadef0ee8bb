"""What holds of every group and its irreps, checked by brute force or by GAP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from symrep.arithmetic.cyclotomic import roots_of_unity
from symrep.fourier import fourier_transform, inverse_fourier_transform
from symrep.groups.base import FiniteGroup
from symrep.representations.laws import assert_relations


def assert_is_group(group: FiniteGroup) -> None:
    """The table is associative, with identity, inverses, generators, and words that are 1."""
    table, everything = group.cayley_table.numpy(), np.arange(group.order)
    for x in everything:
        assert (table[table[x]] == table[x][table]).all()
        assert sorted(table[x]) == sorted(table[:, x]) == everything.tolist()
    assert (table[group.identity] == everything).all()
    assert (table[everything, group.inverse_indices.numpy()] == group.identity).all()
    reached, found = {group.identity}, [group.identity]
    for x in found:
        for y in table[x, list(group.generators)].tolist():
            if y not in reached:
                reached.add(y)
                found.append(y)
    assert len(found) == group.order
    for word in group.relations or ():
        x = group.identity
        for letter in word:
            g = group.generators[abs(letter) - 1]
            x = table[x, g if letter > 0 else group.inverse_indices[g]]
        assert x == group.identity


def assert_elements_are_named(group: FiniteGroup) -> None:
    """Indices, elements and names determine each other."""
    names = [group.element_name(i) for i in range(group.order)]
    assert len(set(names)) == group.order
    for i, name in enumerate(names):
        assert group.index(group.element(i)) == i
        assert group.parse_element(name) == i
    elements = group.parse_elements(", ".join(names))
    assert [group.index(element) for element in elements] == list(range(group.order))


def assert_classes(group: FiniteGroup) -> None:
    """They are the orbits of conjugation, the identity first, with orders and sizes."""
    table, inverses = group.cayley_table.numpy(), group.inverse_indices.numpy()
    class_of, classes = group.class_of.numpy(), group.conjugacy_classes
    for c, conjugacy_class in enumerate(classes):
        x = conjugacy_class.representative
        orbit = np.unique(table[table[inverses, x], np.arange(group.order)])
        assert orbit.tolist() == np.flatnonzero(class_of == c).tolist()
        assert (conjugacy_class.size, orbit[0]) == (len(orbit), x)
        power, order = x, 1
        while power != group.identity:
            power, order = table[power, x], order + 1
        assert order == conjugacy_class.element_order
    assert classes[0].representative == group.identity
    assert len({c.label for c in classes}) == len(classes)


def assert_table_and_types(group: FiniteGroup) -> None:
    """The table is orthogonal, exactly; dimensions and types of the irreps are complete."""
    table = group.character_table()
    table.verify()
    assert table.order == group.order
    irreps = group.irreps.values()
    assert sum(r.dim**2 // r.type for r in irreps) == group.order
    assert next(iter(irreps)) is group.irrep("trivial")
    sizes = np.bincount(group.class_of.numpy())
    gram = (group.real_characters() * sizes) @ group.real_characters().T / group.order
    assert np.abs(gram - np.diag([r.type for r in irreps])).max() < 1e-10


def assert_tensors(group: FiniteGroup) -> float:
    """Homomorphisms, orthogonal, of standard form, with the right traces; returns the error."""
    table, worst = group.cayley_table, 0.0
    class_of, roots = group.class_of.numpy(), roots_of_unity(group.exponent)
    eigenvalues = dict(group._constituents)
    for character, irrep in zip(group.real_characters(), group.irreps.values(), strict=True):
        rho, d = irrep.tensor(torch.float64), irrep.dim
        assert rho.shape == (group.order, d, d)
        for s in range(group.order):
            error = float((rho @ rho[s] - rho[table[:, s]]).abs().max())
            worst = max(worst, error / d)
        assert torch.equal(rho, standard_form(rho, irrep.type))
        assert float((rho @ rho.mT - torch.eye(d)).abs().max()) < 1e-14 * d
        traces = rho.diagonal(dim1=1, dim2=2).sum(1).numpy()
        assert np.abs(traces - character[class_of]).max() < 1e-13
        columns = rho[:, :, :: irrep.type].flatten(1)
        gram = columns.T @ columns * d / group.order
        assert float((gram - torch.eye(len(gram))).abs().max()) < 1e-13
        pi = irrep.unitary().diagonal(dim1=1, dim2=2).sum(1).numpy()
        assert np.abs(pi - roots[eigenvalues[irrep.label]].sum(1)[class_of]).max() < 1e-13
    assert worst < 1e-14
    return worst


def standard_form(rho: torch.Tensor, kind: int) -> torch.Tensor:
    """The matrices with the same first columns of blocks, by the table of units."""
    products = {
        1: [[(0, 1)]],
        2: [[(0, 1), (1, -1)], [(1, 1), (0, 1)]],
        4: [
            [(0, 1), (1, -1), (2, -1), (3, -1)],
            [(1, 1), (0, 1), (3, -1), (2, 1)],
            [(2, 1), (3, 1), (0, 1), (1, -1)],
            [(3, 1), (2, -1), (1, 1), (0, 1)],
        ],
    }[kind]
    result = torch.empty_like(rho)
    for u, row in enumerate(products):
        for v, (part, sign) in enumerate(row):
            result[:, u::kind, v::kind] = sign * rho[:, part::kind, ::kind]
    return result


def assert_exact_matrices(group: FiniteGroup, elements: Sequence[int]) -> None:
    """They satisfy the relations of the group, exactly, and the tensors are their values."""
    for label, irrep in group.irreps.items():
        generators = [irrep.matrix(s) for s in group.generators]
        checked = assert_relations(generators, group.relations or ())
        assert checked == (len(group.relations or ()) if generators else 0)
        for i in elements:
            exact = np.array(irrep.matrix(i).evalf(25).tolist(), dtype=float)
            assert np.abs(exact - irrep.tensor(torch.float64)[i].numpy()).max() < 1e-15 * irrep.dim
            trace = complex(irrep.matrix(i).trace().evalf(25))
            assert abs(trace - complex(irrep.character(i))) < 1e-13, (label, i)


def assert_fourier(group: FiniteGroup) -> None:
    """The transform is invertible and keeps the norm."""
    f = torch.randn(group.order, 3, dtype=torch.float64, generator=torch.manual_seed(1))
    coefficients = fourier_transform(f, group)
    assert float((inverse_fourier_transform(coefficients, group) - f).abs().max()) < 1e-12
    squares = sum(
        float(c.square().sum()) * group.irreps[label].dim / group.irreps[label].type
        for label, c in coefficients.items()
    )
    assert abs(squares / group.order - float(f.square().sum())) < 1e-10


def assert_same_tables_as_gap(
    groups: Mapping[str, tuple[FiniteGroup, Any]], sage: Callable[[str], Any]
) -> None:
    """The eigenvalues of all complex irreps at all classes are GAP's, irreps in any order.

    Args:
        groups: {name: (group, permutations)}, with the element of index i as a permutation.
        sage: the fixture.
    """
    asked = {
        name: [
            (np.array([permutations[i] for i in indices]) + 1).tolist()
            for indices in (
                group.generators or (group.identity,),
                [c.representative for c in group.conjugacy_classes],
            )
        ]
        for name, (group, permutations) in groups.items()
    }
    answers = sage(f"""
found = {{}}
for name, (generators, representatives) in json.loads({json.dumps(json.dumps(asked))}).items():
    G = libgap.Group([libgap.PermList(g) for g in generators])
    table = libgap.CharacterTable(G)
    classes = libgap.ConjugacyClasses(table)
    position = libgap.eval("function(classes, z) return "
        "PositionProperty(classes, c -> z in c); end")
    places = [position(classes, libgap.PermList(z)) for z in representatives]
    found[name] = [
        [libgap.EigenvaluesChar(chi, place).sage() for place in places]
        for chi in libgap.Irr(table)
    ]
print(json.dumps(found, default=int))
""")
    for name, (group, _) in groups.items():
        e = group.exponent
        ours = [
            [
                # GAP lists the exponents 1, ..., order
                np.bincount((row * c.element_order // e - 1) % c.element_order).tolist()
                for row, c in zip(rows, group.conjugacy_classes, strict=True)
            ]
            for rows in group.character_table().require_eigenvalues()
        ]
        theirs = [[_without_last_zeros(row) for row in rows] for rows in answers[name]]
        assert sorted(ours) == sorted(theirs), name


def regular(group: FiniteGroup) -> Any:
    """[g] = the permutation x -> x g of the elements."""
    return group.cayley_table.numpy().T


def _without_last_zeros(row: list[int]) -> list[int]:
    return row[: max(k for k, count in enumerate(row) if count) + 1]
