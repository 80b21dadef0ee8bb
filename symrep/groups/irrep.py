"""`Irrep`: an irreducible representation over the reals of any finite group."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from sympy import Expr, Matrix, latex

from symrep._support.isolation import apart
from symrep._support.lazy import LazyModule
from symrep._support.markup import script, word_latex
from symrep._support.memory import require_memory
from symrep._support.tables import aligned
from symrep.characters.labels import ByIrrep
from symrep.characters.notation import label_latex, partition_latex
from symrep.combinatorics.integer_partitions import Partition
from symrep.representations.standard_form import complex_matrices

if TYPE_CHECKING:
    import pandas as pd
    import torch

    from symrep.groups.base import FiniteGroup
    from symrep.representations import young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")

Label = TypeVar("Label", bound=Hashable)
Element = TypeVar("Element")

Type = Literal["real", "complex", "quaternionic"]

TYPES: dict[int, Type] = {1: "real", 2: "complex", 4: "quaternionic"}
"""{commutant dimension: type} of irreps over the reals."""

ROWS_OF_MATRICES = 16
"""Rows of all generator matrices together up to which `str` prints them."""

LARGEST_KEPT = 2**24
"""Bytes of the largest tensor that is kept between calls."""


@dataclass(frozen=True)
class Irrep(Generic[Label, Element]):
    """An irrep over the reals, rho(x y) = rho(x) rho(y); `group.irrep(label)` returns it.

    Its commutant dimension c = <chi, chi> is 1 if it is irreducible over the complex numbers (real
    type), 2 if it is the sum of a complex irrep and its inequivalent conjugate (complex type), 4 if
    it is twice a complex irrep (quaternionic type). The matrix coefficients span a space of
    functions on the group of dimension d^2/c.

    Matrices are orthogonal, except in other forms of S_n. Those of complex and quaternionic type
    consist of c x c blocks, the left multiplications by complex numbers or quaternions in the basis
    1, i or 1, i, j, k. The first column of a block determines it; the d^2/c matrix coefficients
    sqrt(d/|G|) rho[:, :, ::c] are orthonormal.

    Irreps are equal if their groups, labels and forms are. Elements are given by index, by
    themselves or by name; see `FiniteGroup`.

    Attributes:
        group: the group.
        label: the label of the irrep.
        form: the basis, one of `group.forms`.
    """

    group: FiniteGroup[Label, Element]
    label: Label
    form: str = "orthogonal"
    _tensors: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __new__(cls, group: Any = None, *args: Any, **kwargs: Any) -> Irrep[Label, Element]:
        """Make an irrep of the class `group.irrep_type`."""
        made: Irrep[Label, Element] = object.__new__(cls if group is None else group.irrep_type)
        return made

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.group.parse_label(self.label))
        self.group.require_form(self.form)

    def __str__(self) -> str:
        head = f"{self.name}: dimension {self.dim}, {self.type} type, {self.form} form"
        return "\n".join([head, *(self.matrices_text() if self._prints_matrices else ())])

    def _repr_latex_(self) -> str:
        target = f"\\mathrm{{GL}}_{script(self.dim)}(\\mathbb{{R}})"
        lines = [f"{self._symbol} &\\colon {self.group.latex()} \\to {target}"]
        if self._prints_matrices:
            lines += [f"{left} &= {right}" for left, right in self._equations()]
        body = " \\\\ ".join(lines)
        return f"$\\displaystyle \\begin{{aligned}}{body}\\end{{aligned}}$"

    @property
    def name(self) -> str:
        """The label and the group in words: "irrep (2,1) of S_3"."""
        return f"irrep {self.label} of {self.group}"

    @property
    def generator_names(self) -> tuple[str, ...]:
        """Names of the elements that `generators` has the matrices of."""
        return tuple(self.group.element_name(s) for s in self.group.generators)

    def matrices_text(self) -> list[str]:
        """Return the lines that print the exact matrices of the generators.

        Raises:
            ValueError: no exact form is known.
        """
        lines = []
        for name, matrix in zip(self.generator_names, self.generators(), strict=True):
            rows = aligned([[str(entry) for entry in row] for row in matrix.tolist()])
            starts = [f"{name} = ", *[" " * (len(name) + 3)] * (len(rows) - 1)]
            lines += [f"{start}[ {row} ]" for start, row in zip(starts, rows, strict=True)]
        return lines

    def latex(self) -> str:
        """Return the exact matrices of the generators as displayed equations in LaTeX.

        Raises:
            ValueError: no exact form is known.
        """
        return "\n".join(f"\\[ {left} = {right} \\]" for left, right in self._equations())

    def _equations(self) -> list[tuple[str, str]]:
        """Return the two sides of rho(s) = matrix, for each generator s."""
        pairs = zip(self.generator_names, self.generators(), strict=True)
        return [(f"{self._symbol}({word_latex(s)})", latex(matrix)) for s, matrix in pairs]

    @property
    def _symbol(self) -> str:
        label = self.label
        of = partition_latex(label) if isinstance(label, Partition) else label_latex(label)
        return f"\\rho_{{{of}}}"

    @property
    def _prints_matrices(self) -> bool:
        """Whether the generators have exact matrices, and small ones."""
        if self.dim * max(1, len(self.group.generators)) > ROWS_OF_MATRICES:
            return False
        try:
            self.generators()
        except ValueError:
            return False
        return True

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"_tensors": {}}

    def __call__(self, element: object) -> Matrix:
        """Return the exact matrix of an element; see `matrix`."""
        return self.matrix(element)

    @cached_property
    def dim(self) -> int:
        """Dimension d over the reals."""
        return self.group.complex_degree(self.label) * (1 if self.commutant_dim == 1 else 2)

    @cached_property
    def commutant_dim(self) -> int:
        """Commutant dimension c = <chi, chi>: 1, 2, 4 for real, complex, quaternionic type."""
        return self.group.commutant_dim(self.label)

    @property
    def type(self) -> Type:
        """The Frobenius-Schur type: "real", "complex" or "quaternionic"."""
        return TYPES[self.commutant_dim]

    def matrix(self, element: object) -> Matrix:
        """Return the exact matrix of an element, a new SymPy Matrix, d by d.

        Raises:
            ValueError: the argument is not an element, or no exact form is known; `tensor` has the
                floating-point matrices.
        """
        return self.group.exact_matrix(self.label, element, self.form)

    def generators(self) -> tuple[Matrix, ...]:
        """Return the exact matrices of `group.generators`.

        Raises:
            ValueError: no exact form is known.
        """
        return tuple(self.matrix(s) for s in self.group.generators)

    def character(self, element: object) -> Expr | int:
        """Return the exact trace of `matrix(element)`, an integer or a SymPy number."""
        return self.group.exact_character(self.label, element)

    def tensor(
        self, dtype: torch.dtype | None = None, device: torch.device | str | None = None
    ) -> torch.Tensor:
        """Return rho(g) for every g, indexed by the element order, a new tensor (|G|, d, d).

        It is computed once for each dtype and device and copied at later calls; tensors of more
        than 16 MiB are not kept. The error is within `error_bound` of
        `symrep.representations.young_tensors` for S_n, and within a few units in the last place of
        1 for closed forms; `symrep.representations.laws.assert_homomorphism` measures it.

        Args:
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: the tensor cannot fit; raised before it is allocated.
            TypeError: the dtype is not a floating-point type.
            ValueError: there is no such device.
        """
        key = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        kept = self._tensors.get(key)
        if kept is None:
            kept = apart(lambda: self._new_tensor(*key))
            made_of_kept = self.group.keeps_matrices and key == (torch.float64, young_tensors.CPU)
            if kept.nbytes > LARGEST_KEPT or made_of_kept:
                return kept
            self._tensors[key] = kept
        # A copy, so that callers cannot change the kept tensor.
        with torch.inference_mode(mode=False):
            copied: torch.Tensor = kept.clone()
        return copied

    def _new_tensor(self, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
        order, d = self.group.order, self.dim
        require_memory(
            order * d**2 * (8 + young_tensors.itemsize(dtype)),
            f"irrep {self.label} as {order} matrices of {d} x {d}",
            "work with characters",
        )
        return young_tensors.float_tensor(self.group.matrices(self.label), dtype, device)

    def tensor_at(
        self,
        elements: object,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> torch.Tensor:
        """Return rho(g) for a list of elements, a new tensor (count, d, d).

        For S_n and A_n other elements cost nothing, so that n may be large. The error is that of
        `tensor`.

        Args:
            elements: a list of elements, an integer array of indices or of elements, or a string
                of names.
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: the tensor cannot fit; raised before it is allocated.
            TypeError: the dtype is not a floating-point type, or `elements` has the wrong type.
            ValueError: an entry is not an element of the group, or there is no such device.
        """
        dtype, device = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        matrices = self.group.matrices_at(self.label, elements)
        return young_tensors.float_tensor(matrices, dtype, device)

    def unitary(self, device: torch.device | str | None = None) -> torch.Tensor:
        """Return pi(g) for a complex constituent pi of rho, (|G|, d', d'), complex128.

        d' is d for real type, else d/2. Over the complex numbers rho is pi, the sum of pi and its
        conjugate, or pi twice.

        Raises:
            ValueError: the matrices of this form are not orthogonal.
        """
        if self.form != "orthogonal":
            raise ValueError(
                f"the {self.form} form of {self.name} is not orthogonal; use the form 'orthogonal'"
            )
        rho = self.tensor(torch.float64, device)
        return complex_matrices(rho, self.commutant_dim)


class Irreps(ByIrrep[Label, Irrep[Label, Element]]):
    """The irreps of a group by label, each made at its first use and kept by the group."""

    __slots__ = ("_group",)

    _heads = ("dimension", "type")

    def __init__(self, group: FiniteGroup[Label, Element]) -> None:
        self._group = group
        self.labels = group.labels

    def __getitem__(self, label: object) -> Irrep[Label, Element]:
        try:
            return self._group.irrep(label)
        except (TypeError, ValueError) as error:
            raise KeyError(str(error)) from None

    def __contains__(self, label: object) -> bool:
        return label in self.labels

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"<the {len(self)} irreps of {self._group}>"

    def to_frame(self) -> pd.DataFrame:
        """Return the dimensions and the types as a pandas DataFrame, indexed by the labels."""
        import pandas as pd

        irreps = list(self.values())
        return pd.DataFrame(
            {"dimension": [rho.dim for rho in irreps], "type": [rho.type for rho in irreps]},
            index=pd.Index(list(map(str, self)), name="irrep"),
        )

    def _cells(self, value: Irrep[Label, Element]) -> tuple[Any, ...]:
        return value.dim, value.type
