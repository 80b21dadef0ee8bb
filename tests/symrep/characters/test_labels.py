"""Labels of every kind: what they read, equality, pickling, descriptions."""

import pickle

import pytest

from symrep import CayleyTableGroup, Partition, SymmetricGroup, named_group
from symrep.characters.labels import PartitionLabels, RowLabels, TextLabels, split
from symrep.groups.alternating import AlternatingLabels
from symrep.groups.direct_product import ProductLabels

KINDS = {
    "S4": PartitionLabels,
    "S0": PartitionLabels,
    "A5": AlternatingLabels,
    "C3 x S3": ProductLabels,
    "C3 x C3": ProductLabels,
    "SL(2,3)": TextLabels,
    "Dic3": TextLabels,
}
of_groups = pytest.mark.parametrize("name", KINDS)


@of_groups
def test_labels_are_equal_if_they_read_alike(name):
    labels, again = named_group(name).labels, named_group(name).labels
    assert type(labels) is KINDS[name]
    assert labels is not again
    assert labels == again
    assert hash(labels) == hash(again)
    for other in (named_group(other).labels for other in KINDS if other != name):
        assert labels != other
    assert labels != list(labels)


def test_labels_of_the_same_texts_are_those_of_their_groups():
    d4, q8 = named_group("D4"), named_group("Q8")
    assert list(d4.labels) == list(q8.labels)
    assert d4.labels != q8.labels


@of_groups
def test_another_order_of_the_elements_has_the_same_labels(name):
    group = named_group(name)
    assert group.reordered(list(range(group.order))[::-1]).labels == group.labels


@of_groups
def test_labels_are_pickled(name):
    labels = named_group(name).labels
    restored = pickle.loads(pickle.dumps(labels))
    assert restored == labels
    assert list(restored) == list(labels)
    assert restored.aliases == labels.aliases
    last = list(labels)[-1]
    assert restored.parse(restored.describe(last)) == last


@of_groups
def test_every_way_to_write_a_label_is_read(name):
    labels = named_group(name).labels
    assert len(list(labels)) == len(labels)
    assert labels.parse("trivial") == next(iter(labels))
    for label in labels:
        assert labels.parse(label) == labels.parse(str(label)) == label
        assert labels.parse(f" {label} ") == label
        assert labels.parse(labels.describe(label)) == label
        assert label in labels
        assert str(label) in labels
    for alias, label in labels.aliases.items():
        assert labels.parse(alias) == label
    for wrong in ("nonsense", " - ", None, 7, 2.5, "99[1A=3]", (9, 9)):
        assert wrong not in labels


@of_groups
def test_descriptions_are_the_shortest(name):
    """No description with fewer values fits one irrep."""
    group = named_group(name)
    for label in group.labels:
        degree, values = group.describe(label)[:-1].split("[")
        if values:
            fewer = ", ".join(split(values, ",")[:-1])
            with pytest.raises(ValueError, match=r"describes [0-9]+ irreps"):
                group.parse_label(f"{degree}[{fewer}]")


def test_descriptions_by_hand():
    s4, a5 = SymmetricGroup(4), named_group("A5")
    assert [s4.describe(label) for label in s4.irreps] == [
        "1[(2,1,1)=1]", "3[(2,1,1)=1]", "2[]", "3[(2,1,1)=-1]", "1[(2,1,1)=-1]",
    ]  # fmt: skip
    assert a5.parse_label("3[(5)+=1/2 + sqrt(5)/2]") == "(3,1,1)+"
    assert a5.parse_label("4[]") == "(4,1)"
    with pytest.raises(ValueError, match=r"'3\[\]' describes 2 irreps of S_4: \(3,1\), \(2,1,1\)"):
        s4.parse_label("3[]")
    with pytest.raises(ValueError, match=r"S_4 has no irrep '3\[\(2,1,1\)=7\]'; it has \(4\)"):
        s4.parse_label("3[(2,1,1)=7]")


def test_descriptions_need_a_table():
    assert PartitionLabels(3).parse("2,1") == (2, 1)
    with pytest.raises(ValueError, match="descriptions need the character table of S_3"):
        PartitionLabels(3).describe("2,1")
    with pytest.raises(ValueError, match=r"S_3 has no irrep '2\[\]'"):
        PartitionLabels(3).parse("2[]")


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (
            "standrad",
            "unknown irrep 'standrad': expected a partition such as '3,2', or one of",
        ),
        ((3, 1, 1), r"\(3,1,1\) is a partition of 5; .* S_4 are labelled by partitions of 4"),
        ((1, 3), r"did you mean Partition\(3, 1\)"),
    ],
)
def test_what_is_wrong_with_a_label_is_said(label, message):
    with pytest.raises(ValueError, match=message):
        PartitionLabels(4).parse(label)


def test_halves_are_read_of_either_partition():
    labels = named_group("A5").labels
    assert labels.parse((2, 1, 1, 1)) == labels.parse("standard") == "(4,1)"
    assert labels.parse(Partition(3, 1, 1).__str__() + "-") == "(3,1,1)-"
    assert "3,1,1" not in labels


def test_products_are_read_from_tuples_and_from_aliases_of_the_factors():
    labels = named_group("C3 x S3").labels
    assert labels.parse(("freq_1", "standard")) == "freq_1 x (2,1)"
    assert labels.parse("freq_1 x standard") == "freq_1 x (2,1)"
    assert labels.parse(("freq_1", (2, 1))) == "freq_1 x (2,1)"
    assert labels.parse("conj(freq_1) x sign") == "freq_1 x (1,1,1)"
    assert ("freq_1",) not in labels


def test_rows_of_a_table_have_conjugates():
    table = named_group("C5").character_table()
    rows = table.labels
    assert isinstance(rows, RowLabels)
    assert rows == named_group("C5").character_table().labels
    assert rows != named_group("C5").labels
    assert pickle.loads(pickle.dumps(rows)) == rows
    assert list(rows) == list(table.irreps)
    assert rows.parse("conj(freq_1)") == "conj(freq_1)"
    assert rows.parse("conj(trivial)") == "trivial"
    assert "conj(freq_9)" not in rows
    a4 = named_group("A4").character_table()
    assert a4.labels.parse("conj(standard)") == "(3,1)"


def test_labels_of_bare_tables_are_degrees_and_letters():
    labels = CayleyTableGroup(named_group("Q8").cayley_table).labels
    assert list(labels) == ["1a", "1b", "1c", "1d", "2a"]
    assert labels.parse("trivial") == "1a"
    assert repr(labels).startswith("<labels of the 5 irreps of ")
