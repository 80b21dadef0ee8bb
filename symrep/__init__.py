"""Exact representation theory of finite groups, the symmetric groups first.

The exact layers use Python integers, numpy and SymPy. torch is imported at the first tensor: by
`Irrep.tensor`, the Fourier transform and the like.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symrep._support.caches import clear_caches
from symrep._support.errors import LawViolation, NotAGroup
from symrep.characters.labels import ByIrrep
from symrep.characters.murnaghan_nakayama import character, character_blocks, character_values
from symrep.characters.representation_ring import (
    exterior_square,
    frobenius_schur_indicator,
    induction,
    kostka_number,
    kronecker_product,
    littlewood_richardson_coefficient,
    outer_product,
    permutation_character,
    restriction,
    skew,
    symmetric_square,
    youngs_rule,
)
from symrep.characters.table import CharacterTable
from symrep.combinatorics.integer_partitions import (
    Partition,
    dominance_order,
    number_of_partitions,
    partitions,
    youngs_lattice,
)
from symrep.combinatorics.robinson_schensted import inverse_rsk, rsk
from symrep.combinatorics.tableaux import StandardTableau, standard_tableaux
from symrep.groups.alternating import AlternatingGroup
from symrep.groups.base import ConjugacyClass, FiniteGroup
from symrep.groups.cayley_table import CayleyTableGroup
from symrep.groups.cyclic import CyclicGroup
from symrep.groups.dihedral import DicyclicGroup, DihedralGroup
from symrep.groups.direct_product import DirectProduct
from symrep.groups.irrep import Irrep
from symrep.groups.matrix import MatrixGroup
from symrep.groups.names import named_group
from symrep.groups.permutation import PermutationGroup
from symrep.groups.symmetric import SymmetricGroup, SymmetricIrrep

if TYPE_CHECKING:
    from symrep.fourier import (
        convolution,
        fourier_transform,
        inverse_fourier_transform,
        isotypic_projection,
        power_spectrum,
    )

__version__ = "0.2.0"

__all__ = [
    "AlternatingGroup",
    "ByIrrep",
    "CayleyTableGroup",
    "CharacterTable",
    "ConjugacyClass",
    "CyclicGroup",
    "DicyclicGroup",
    "DihedralGroup",
    "DirectProduct",
    "FiniteGroup",
    "Irrep",
    "LawViolation",
    "MatrixGroup",
    "NotAGroup",
    "Partition",
    "PermutationGroup",
    "StandardTableau",
    "SymmetricGroup",
    "SymmetricIrrep",
    "character",
    "character_blocks",
    "character_values",
    "clear_caches",
    "convolution",
    "dominance_order",
    "exterior_square",
    "fourier_transform",
    "frobenius_schur_indicator",
    "induction",
    "inverse_fourier_transform",
    "inverse_rsk",
    "isotypic_projection",
    "kostka_number",
    "kronecker_product",
    "littlewood_richardson_coefficient",
    "named_group",
    "number_of_partitions",
    "outer_product",
    "partitions",
    "permutation_character",
    "power_spectrum",
    "restriction",
    "rsk",
    "skew",
    "standard_tableaux",
    "symmetric_square",
    "youngs_lattice",
    "youngs_rule",
]

_FOURIER = {
    "convolution",
    "fourier_transform",
    "inverse_fourier_transform",
    "isotypic_projection",
    "power_spectrum",
}

_MODULES = {"laws": "symrep.representations.laws", "verification": "symrep.verification"}
"""Modules that are imported at the first use."""


def __getattr__(name: str) -> Any:
    if name in _FOURIER:
        return getattr(import_module("symrep.fourier"), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    raise AttributeError(f"module 'symrep' has no attribute {name!r}")
