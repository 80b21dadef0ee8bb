import subprocess
import sys

import pytest

import symrep

EXACT_WORK = """
import sys
import symrep
group = symrep.SymmetricGroup(5)
table = group.character_table()
table.verify()
table.decompose(table.row((4, 1)) ** 2)
for irrep in group.irreps.values():
    irrep.matrix([1, 2, 0, 4, 3])
    irrep.character([1, 2, 0, 4, 3])
for form in ("seminormal", "specht"):
    group.irrep("standard", form).generators()
group.permutation(17), group.conjugacy_classes
group.elements, group.class_of, group.cayley_table, group.signs
huge = symrep.SymmetricGroup(200)
assert huge.irrep("standard").dim == 199
assert huge.order > 10**370
for module in ("torch", "pandas", "matplotlib", "analysis"):
    assert module not in sys.modules, module
group.irrep("standard").tensor()
assert "torch" in sys.modules
print("exact")
"""


def test_exact_work_does_not_import_torch():
    done = subprocess.run([sys.executable, "-c", EXACT_WORK], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == "exact\n"


def test_public_names_are_there():
    for name in symrep.__all__:
        assert getattr(symrep, name) is not None
    assert symrep.fourier_transform.__module__ == "symrep.fourier"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'symrep' has no attribute 'fft'"):
        symrep.fft  # noqa: B018
