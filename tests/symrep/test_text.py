import csv
import io
import json

import pytest
from sympy import Matrix, sympify

from symrep.characters.notation import partition_latex
from symrep.characters.table import character_table
from symrep.combinatorics.integer_partitions import Partition, partitions
from symrep.groups.symmetric import SymmetricGroup
from symrep.text import (
    aligned,
    irrep_latex,
    irrep_record,
    irrep_text,
    table_csv,
    table_json,
    table_text,
)


def test_an_irrep_as_text():
    assert irrep_text(SymmetricGroup(3).irrep((2, 1))).splitlines() == [
        "(2,1)  dimension 2, orthogonal form",
        "basis: 0 1/2  0 2/1",
        "s_0 = [ 1   0 ]",
        "      [ 0  -1 ]",
        "s_1 = [      -1/2  sqrt(3)/2 ]",
        "      [ sqrt(3)/2        1/2 ]",
    ]


def test_an_irrep_as_latex():
    assert irrep_latex(SymmetricGroup(3).irrep((2, 1), "seminormal")).splitlines() == [
        "% (2,1), dimension 2, seminormal form",
        r"\[ \rho_{2,1}(s_0) = \left[\begin{matrix}1 & 0\\0 & -1\end{matrix}\right] \]",
        r"\[ \rho_{2,1}(s_1) = \left[\begin{matrix}- \frac{1}{2} & \frac{3}{4}\\"
        r"1 & \frac{1}{2}\end{matrix}\right] \]",
    ]


@pytest.mark.parametrize("form", ["orthogonal", "seminormal", "specht"])
@pytest.mark.parametrize("shape", [s for n in range(5) for s in partitions(n)], ids=str)
def test_records_read_back_exactly(shape, form):
    irrep = SymmetricGroup(shape.size).irrep(shape, form)
    record = json.loads(json.dumps(irrep_record(irrep)))
    assert record["label"] == list(shape)
    assert record["dimension"] == irrep.dim
    assert record["form"] == form
    assert record["basis"] == [[list(row) for row in tableau] for tableau in irrep.basis]
    generators = [Matrix([[sympify(e) for e in row] for row in m]) for m in record["generators"]]
    assert tuple(generators) == irrep.generators()


def test_integers_stay_integers_in_records():
    record = irrep_record(SymmetricGroup(3).irrep((2, 1), "specht"))
    assert record["generators"] == [[[1, 0], [-1, -1]], [[0, 1], [1, 0]]]


def test_a_table_as_text():
    assert table_text(character_table(3)).splitlines() == [
        "         (1,1,1)  (2,1)  (3)",
        "   size        1      3    2",
        "    (3)        1      1    1",
        "  (2,1)        2      0   -1",
        "(1,1,1)        1     -1    1",
    ]


@pytest.mark.parametrize("n", range(7))
def test_tables_read_back(n):
    table = character_table(n)
    record = json.loads(table_json(table))
    assert record == {
        "order": table.order,
        "irreps": [list(label) for label in table.irreps],
        "classes": [list(label) for label in table.classes],
        "class_sizes": list(table.class_sizes),
        "values": table.values.tolist(),
    }
    head, *rows = csv.reader(io.StringIO(table_csv(table)))
    assert [Partition.parse(label) for label in head[1:]] == list(table.classes)
    assert [Partition.parse(row[0]) for row in rows] == list(table.irreps)
    assert [[int(value) for value in row[1:]] for row in rows] == table.values.tolist()


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((), r"\emptyset"),
        ((3,), "3"),
        ((2, 1), "2,1"),
        ((3, 3, 2, 1, 1, 1), "3^2,2,1^3"),
        ((1,) * 12, "1^{12}"),
    ],
)
def test_partitions_in_latex(parts, text):
    assert partition_latex(Partition(*parts)) == text


def test_columns_are_aligned_on_the_right():
    assert aligned([["a", "bcd"], ["ef", "g"]]) == [" a  bcd", "ef    g"]
