"""What groups of permutations have in common: S_n, A_n and those that permutations generate."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sympy.combinatorics import Permutation

from symrep._support.lazy import LazyModule
from symrep._support.memory import require_memory
from symrep.combinatorics import permutations
from symrep.combinatorics.permutations import Permutations
from symrep.groups.base import FiniteGroup, Indices, invariant, read_only

if TYPE_CHECKING:
    import torch

    from symrep.representations import young_tensors
else:
    torch, young_tensors = LazyModule("torch"), LazyModule("symrep.representations.young_tensors")

Label = TypeVar("Label", bound=Hashable)


class GroupOfPermutations(FiniteGroup[Label, Permutation]):
    """A group of permutations of {0, ..., degree-1}; the product x * y applies x first.

    Elements are SymPy permutations. They are also read from their images, and from text: disjoint
    cycles "(0 2)(1 3)", "()" for the identity, or the images "2 3 0 1".

    A family defines, in its own order, `degree`, `_images` and `_places`.
    """

    @property
    @abstractmethod
    def degree(self) -> int:
        """Number of points."""

    @invariant
    @abstractmethod
    def _images(self) -> Permutations:
        """All permutations in array form, (|G|, degree)."""

    @abstractmethod
    def _places(self, images: Permutations) -> Indices:
        """The indices of permutations in array form, (..., degree).

        Raises:
            ValueError: one is not in the group.
        """

    def _image(self, i: int) -> Permutations:
        """The permutation with an index, in array form."""
        image: Permutations = self._images[i]
        return image

    def _place(self, image: Permutations) -> int:
        """The index of one permutation of the right degree in array form.

        Raises:
            ValueError: it is not in the group.
        """
        return int(self._places(image))

    @property
    def _order_text(self) -> str:
        """|G| for messages."""
        return str(self.order)

    def require_listable(self) -> None:
        """Checks that the list of all elements fits in memory.

        Raises:
            MemoryError: it does not.
        """
        require_memory(
            2 * 8 * self.degree * self.order,
            f"the list of the {self._order_text} elements of {self}",
            "work with a sample of elements, or with conjugacy classes",
        )

    @invariant
    def _all(self) -> Indices:
        self.require_listable()
        return super()._all

    @cached_property
    def elements(self) -> NDArray[np.int64]:
        """The permutations in array form, (|G|, degree).

        Raises:
            MemoryError: they cannot fit; raised before they are listed.
        """
        images = self._images
        return read_only(images if self.own is self else images[self.own_indices])

    @cached_property
    def signs(self) -> NDArray[np.int64]:
        """[x] = +1 or -1, (|G|,)."""
        return read_only(permutations.sign(self.elements))

    def permutation(self, i: int) -> Permutation:
        """The element with an index; see `element`."""
        return self.element(i)

    def _element(self, i: int) -> Permutation:
        return Permutation(self._image(i).tolist())

    def _index(self, element: object) -> int:
        return self._place(permutations.as_array(element, self.degree))

    def _indices(self, elements: NDArray[np.integer]) -> Indices:
        return self._places(self._require_images(elements))

    def images(self, elements: object) -> Permutations:
        """Several elements in array form, (count, degree); nothing is built for the others.

        Args:
            elements: see `indices`.

        Raises:
            ValueError: one is not an element of the group.
            TypeError: they are not several, or are no permutations.
        """
        if hasattr(elements, "detach"):
            elements = elements.detach().cpu().numpy()
        if isinstance(elements, np.ndarray) and elements.ndim == 1:
            return self._images_at(self._to_own(self.indices(elements)))
        if isinstance(elements, np.ndarray):
            images = self._require_images(elements)
            self._places(images)
            return images
        if isinstance(elements, str):
            elements = self.parse_elements(elements)
        if not isinstance(elements, Iterable):
            raise TypeError(f"expected a list of elements of {self}, got {elements!r}")
        found = [self._image(self.own_index(element)) for element in elements]
        return np.array(found, dtype=np.int64).reshape(len(found), self.degree)

    def _images_at(self, own_indices: Indices) -> Permutations:
        images: Permutations = self._images[own_indices]
        return images

    def _require_images(self, images: NDArray[np.integer]) -> Permutations:
        """The rows, (count, degree), if each is a permutation of the points."""
        if images.dtype.kind not in "iu" or images.ndim != 2:
            raise TypeError(f"expected permutations (count, {self.degree}), got {images.shape}")
        wrong = (np.sort(images, -1) != np.arange(images.shape[-1])).any(-1)
        for row in images if images.shape[1] != self.degree else images[wrong]:
            permutations.as_array(row, self.degree)
        return images.astype(np.int64, copy=False)

    def _name(self, i: int) -> str:
        return permutations.cycle_notation(self._image(i))

    def _parse(self, text: str) -> int:
        [image] = permutations.parse_permutations(text, self.degree)
        return self._place(image)

    def parse_elements(self, text: str) -> list[Permutation]:
        """The permutations, as cycles or images, that a text lists, with commas between them.

        Raises:
            ValueError: they are not elements of the group.
        """
        parsed = permutations.parse_permutations(text, self.degree)
        return [self._element(self._place(image)) for image in parsed]

    def permutation_representation(
        self, dtype: torch.dtype | None = None, device: torch.device | str | None = None
    ) -> torch.Tensor:
        """P(p)[i, p[i]] = 1 and 0 elsewhere, so that P(x * y) = P(x) P(y); a new (|G|, n, n).

        It contains the trivial irrep once for each orbit of the points. For S_n with n > 1 it is
        the sum of the trivial and the standard irrep.

        Args:
            dtype: a floating-point dtype; float32 if None.
            device: torch's default device if None.

        Raises:
            MemoryError: it cannot fit; raised before anything is allocated.
            TypeError: the dtype is not a floating-point type.
            ValueError: there is no such device.

        >>> from symrep import SymmetricGroup
        >>> S3 = SymmetricGroup(3)
        >>> S3.permutation_representation()[S3.index([1, 2, 0])].int().tolist()
        [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
        """
        dtype, device = young_tensors.require_dtype(dtype), young_tensors.require_device(device)
        n = self.degree
        require_memory(
            self.order * n**2 * young_tensors.itemsize(dtype),
            f"the permutation representation of {self}",
            "work with a sample of elements",
        )
        places = young_tensors.index_tensor(self.elements).to(device)[..., None]
        matrices = torch.zeros(self.order, n, n, dtype=dtype, device=device)
        return matrices.scatter_(-1, places, 1.0)

    def _cycle_type(self, i: int) -> Any:
        lengths = permutations.cycle_type(self._image(i))
        return lengths[lengths > 0].tolist()
