import pytest

from symrep.formats import order_line, shortened
from symrep.groups.symmetric import SymmetricGroup


@pytest.mark.parametrize(
    ("n", "line"),
    [
        (1, "S_1, 1 element"),
        (5, "S_5, 120 elements"),
        (17, "S_17, 355687428096000 elements"),
        (18, "S_18, about 10^16 elements"),
        (2000, "S_2000, about 10^5736 elements"),
    ],
)
def test_the_order_of_a_group_in_words(n, line):
    assert order_line(SymmetricGroup(n)) == line


@pytest.mark.parametrize("count", [1, 2, 9, 60, 5000])
@pytest.mark.parametrize("width", [40, 60, 72])
def test_a_long_list_of_names_is_one_line(count, width):
    names = [f"g{i}" for i in range(count)]
    line = shortened(names, width)
    assert len(line) <= width
    if ", ".join(names) == line:
        return
    shown, rest = line.removesuffix(" more; --format json has all)").split("... (")
    kept = shown.split(", ")[:-1]
    assert kept == names[: len(kept)]
    assert len(kept) + int(rest) == count


def test_a_name_that_is_too_long_is_counted():
    assert shortened(["x" * 100, "y"], 60) == "... (2 more; --format json has all)"
