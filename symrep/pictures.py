"""Figures of S_n: Young diagrams, tableaux, Young's lattice, Cayley graphs, tables as heat maps.

Each function returns a matplotlib Figure without a window: `figure.savefig("name.png")` saves it,
and a notebook shows it after `%matplotlib inline`. Figures too large to read raise ValueError.

>>> figure = youngs_lattice(4, highlight=StandardTableau((0, 1), (2, 3)))
>>> figure.axes[0].get_title(loc="left")
"Young's lattice to n = 4, and a standard tableau as a path"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, factorial
from typing import Any, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from symrep.characters.murnaghan_nakayama import cycle_types
from symrep.characters.table import CharacterTable
from symrep.combinatorics import permutations
from symrep.combinatorics.integer_partitions import (
    Cell,
    Partition,
    PartitionLike,
    number_of_partitions,
    partitions,
)
from symrep.combinatorics.integer_partitions import youngs_lattice as _youngs_lattice
from symrep.combinatorics.tableaux import StandardTableau, standard_tableaux
from symrep.groups.symmetric import SymmetricGroup

Group: TypeAlias = SymmetricGroup | int
Entries = Literal["contents", "hook_lengths"]
ElementNames = Literal["array", "cycles"]
Values = Literal["class", "index"]
Lattice: TypeAlias = "nx.DiGraph[Partition]"
Point: TypeAlias = tuple[float, float]

LONGEST_SIDE = 40
"""Largest number of rows or columns of a diagram."""
MOST_TABLEAUX = 48
HIGHEST_LEVEL = 8
"""Largest level of Young's lattice; it has 22 partitions."""
HIGHEST_CAYLEY_GRAPH = 5
MOST_IRREPS = 2000
"""Largest number of rows of a character table: S_25 has 1958."""
MOST_ELEMENTS = 720
"""Largest order of a group in a Cayley table, that of S_6."""

# Okabe and Ito's palette, which is safe for colour-blind readers.
GENERATORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKED, TINT, INK, PLAIN, ODD = "#D55E00", "#FBE3D2", "#222222", "0.7", "0.86"
SEQUENTIAL, CLASSES, DIVERGING = "cividis", "viridis", "RdBu_r"
SMALL, MIDDLE = 8, 10

# Lengths in inches.
BOX, SMALL_BOX, MARGIN, TITLE = 0.34, 0.17, 0.15, 0.35
GAP, RISE = 0.24, 0.55

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def young_diagram(shape: PartitionLike, entries: Entries | None = None) -> Figure:
    """Draw the Young diagram of a partition, rows downwards, with numbers in the boxes.

    Args:
        shape: a partition, or its text such as "3,2".
        entries: "contents", column - row, or "hook_lengths"; None leaves the boxes empty.

    Raises:
        ValueError: the entries are unknown, or a side has more than 40 boxes.
    """
    shape = Partition.of(shape)
    if entries is not None:
        _require_one_of(entries, Entries, "entries")
    rows, columns = _sides([shape])
    title = f"{_name(shape)}: {entries.replace('_', ' ')}" if entries else _name(shape)
    figure, axes = _sheet(columns * BOX, rows * BOX, title)
    numbers = getattr(shape, entries) if entries else [""] * shape.size
    _draw_diagram(axes, dict(zip(shape.cells, numbers, strict=True)), (0, 0), BOX)
    return figure


def young_tableaux(
    tableaux: str | Partition | StandardTableau | Iterable[StandardTableau],
) -> Figure:
    """Draw standard tableaux side by side, rows downwards, with the entries 0, ..., n-1.

    Args:
        tableaux: one tableau or several, drawn in this order; or a partition, for the basis
            t_0, t_1, ... of its irrep in last-letter order.

    Raises:
        ValueError: there are no tableaux or more than 48, or a side has more than 40 boxes.
    """
    if isinstance(tableaux, str):
        tableaux = Partition.parse(tableaux)
    whole_basis = isinstance(tableaux, Partition)
    if isinstance(tableaux, Partition):
        _require_few_tableaux(tableaux.dimension)
        drawn = list(standard_tableaux(tableaux))
    else:
        drawn = [tableaux] if isinstance(tableaux, StandardTableau) else list(tableaux)
        _require_few_tableaux(len(drawn))
    rows, columns = _sides([tableau.shape for tableau in drawn])
    width, height = (columns + 1) * BOX, (rows + 1 + whole_basis) * BOX
    across = max(1, min(len(drawn), int(9.5 / width)))
    title = "Standard tableaux" if len(drawn) > 1 else "Standard tableau"
    if whole_basis:
        title += f" of shape {_name(drawn[0].shape)}, in last-letter order"
    figure, axes = _sheet(across * width - BOX, ceil(len(drawn) / across) * height - BOX, title)
    for k, tableau in enumerate(drawn):
        x, y = k % across * width, k // across * height
        _draw_diagram(axes, _entries(tableau), (x, y), BOX)
        if whole_basis:
            axes.text(x, y + (rows + 0.5) * BOX, f"$t_{{{k}}}$", va="center", fontsize=MIDDLE)
    return figure


def youngs_lattice(n: Group, highlight: PartitionLike | StandardTableau | None = None) -> Figure:
    """Draw Young's lattice up to level n; edges have the content of the added box.

    Args:
        n: the last level, up to 8, or its group.
        highlight: a standard tableau, drawn as a path from the empty diagram with its entries
            in the boxes; or a shape, for all paths to it, which are its standard tableaux.

    Raises:
        ValueError: n is above 8, or `highlight` has more than n boxes.
    """
    n, graph = _lattice(n)
    marked = _marked(graph, highlight, n)
    levels = [list(partitions(level)) for level in range(n + 1)]
    widths = {shape: SMALL_BOX * max(shape, default=1) for shape in graph}
    heights = {shape: SMALL_BOX * max(len(shape), 1) for shape in graph}
    # Length of the middle column of each diagram, where edges start.
    columns = {
        shape: SMALL_BOX * (shape.conjugate[(shape[0] - 1) // 2] if shape else 1) for shape in graph
    }
    breadths = [sum(widths[shape] + GAP for shape in level) - GAP for level in levels]
    breadth = max(4.5, *breadths)
    tops = [0.0]
    for level in range(n):
        tops.append(tops[-1] + SMALL_BOX * max(level, 1) + RISE + 0.05 * level)
    title = f"Young's lattice to n = {n}" + _what_is_marked(highlight)
    figure, axes = _sheet(breadth, tops[-1] + SMALL_BOX * max(n, 1), title)

    middles: dict[Partition, Point] = {}
    for level, shapes in enumerate(levels):
        x = (breadth - breadths[level]) / 2
        for shape in shapes:
            y = tops[level] + SMALL_BOX * max(level, 1) / 2
            middles[shape] = x + widths[shape] / 2, y
            x += widths[shape] + GAP
    edges = {}
    for mu, shape in graph.edges:
        (x0, y0), (x1, y1) = middles[mu], middles[shape]
        bottom = tops[mu.size] + SMALL_BOX * max(mu.size, 1)
        edges[mu, shape] = [
            (x0, y0 - heights[mu] / 2 + columns[mu]),
            (x0, bottom),
            (x1, tops[shape.size]),
            (x1, y1 - heights[shape] / 2),
        ]
    _draw_edges(axes, edges, marked)
    _write_contents(axes, graph, edges, marked)
    entries = _entries(highlight) if isinstance(highlight, StandardTableau) else {}
    for shape, (x, y) in middles.items():
        corner = x - widths[shape] / 2, y - heights[shape] / 2
        face = TINT if shape in marked else "white"
        known = {cell: entries.get(cell, "") if shape in marked else "" for cell in shape.cells}
        _draw_diagram(axes, known, corner, SMALL_BOX, face, SMALL)
    return figure


def bratteli_diagram(n: Group, highlight: PartitionLike | StandardTableau | None = None) -> Figure:
    """Draw the Bratteli diagram of S_0 < S_1 < ... < S_n: irreps, dimensions and restrictions.

    Level k has the irreps of S_k. An edge joins an irrep to the constituents of its restriction to
    S_(k-1), which have multiplicity 1.

    Args:
        n: the last level, up to 8, or its group.
        highlight: an irrep, whose restriction to every S_k is marked, with multiplicities above 1;
            or a standard tableau, one path.

    Raises:
        ValueError: n is above 8, or `highlight` has more than n boxes.
    """
    n, graph = _lattice(n)
    marked = _marked(graph, highlight, n)
    levels = [list(partitions(level)) for level in range(n + 1)]
    across, down, side = 0.82, 0.85, 0.5
    breadth = max(4.0, across * len(levels[-1]))
    title = f"Bratteli diagram to S{str(n).translate(_SUBSCRIPTS)}: "
    if highlight is None or isinstance(highlight, StandardTableau):
        title += "partition and dimension" + _what_is_marked(highlight)
    else:
        title += f"restriction of {_name(Partition.of(highlight))}, multiplicity × dimension"
    figure, axes = _sheet(side + breadth, down * n + 0.45, title)

    places = {
        shape: (side + breadth / 2 + (k - (len(level) - 1) / 2) * across, shape.size * down + 0.2)
        for level in levels
        for k, shape in enumerate(level)
    }
    _draw_edges(
        axes, {(mu, shape): [places[mu], places[shape]] for mu, shape in graph.edges}, marked
    )
    multiplicities = _paths(graph.subgraph(marked))
    for shape, (x, y) in places.items():
        times = multiplicities.get(shape, 0)
        dimension = f"{times} × {shape.dimension}" if times > 1 else f"{shape.dimension}"
        _write_in_frame(
            axes, (x, y), f"{_name(shape)}\n{dimension}", TINT if shape in marked else "white"
        )
    for level in range(n + 1):
        axes.text(0, level * down + 0.2, f"$S_{level}$", va="center", fontsize=MIDDLE)
    return figure


def cayley_graph(group: Group, names: ElementNames = "array") -> Figure:
    """Draw the Cayley graph of S_n for the adjacent transpositions: edges x -- x * s_i.

    The height of x is its Coxeter length; elements of one length are in lexicographic order. As
    x * s_i exchanges the values i and i + 1 of the array form, the graph is that of the
    permutohedron.

    Args:
        group: n, up to 5, or the group.
        names: "array", the images of 0, ..., n-1, or "cycles".

    Raises:
        ValueError: n is above 5, or `names` is unknown.
    """
    n = _group(group).n
    _require_one_of(names, ElementNames, "names")
    if n > HIGHEST_CAYLEY_GRAPH:
        raise ValueError(
            f"the Cayley graph of S_{n} has {n}! elements; "
            f"it is drawn up to n = {HIGHEST_CAYLEY_GRAPH}"
        )
    elements = permutations.elements(n)
    lengths = permutations.lehmer_code(elements).sum(-1)
    texts = [_element_name(p, names) for p in elements]
    across = 0.25 + 0.075 * max(map(len, texts))
    x = np.zeros(len(elements))
    for length in range(lengths.max() + 1):
        row = np.flatnonzero(lengths == length)
        x[row] = across * (np.arange(len(row)) - (len(row) - 1) / 2)
    points = np.stack([x, lengths], axis=-1)

    figure = Figure(
        figsize=(max(4.5, np.ptp(x) + 1.9), 0.8 * lengths.max() + 1.6), layout="constrained"
    )
    axes = figure.subplots()
    for i in range(n - 1):
        transposition = np.arange(n)
        transposition[[i, i + 1]] = i + 1, i
        ends = permutations.rank(permutations.compose(elements, transposition))
        rises = lengths[ends] > lengths
        edges = LineCollection(
            list(np.stack([points[rises], points[ends[rises]]], axis=1)),
            colors=GENERATORS[i],
            linewidths=1.8,
            label=f"$x \\to x\\,s_{i}$, $s_{i} = ({i}\\;{i + 1})$",
        )
        axes.add_collection(edges)
    for point, text, length in zip(points, texts, lengths, strict=True):
        _write_in_frame(axes, (point[0], point[1]), text, ODD if length % 2 else "white")
    axes.set_xlim(x.min() - across, x.max() + across)
    axes.set_ylim(-0.5, lengths.max() + 0.5)
    axes.set_yticks(range(lengths.max() + 1))
    axes.set_xticks([])
    axes.set_ylabel("length of x")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    _finish(axes, f"Cayley graph of $S_{n}$, adjacent transpositions on the right")
    kinds = [Patch(facecolor="white", edgecolor=INK, label="even")]
    kinds += [Patch(facecolor=ODD, edgecolor=INK, label="odd")] if n > 1 else []
    handles = [*axes.collections, *kinds]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=3, fontsize=SMALL, frameon=False
    )
    return figure


def character_heatmap(table: CharacterTable | Group, *, normalised: bool = False) -> Figure:
    """Draw a character table as a heat map: rows irreps, columns conjugacy classes.

    Up to 22 irreps the cells have the values; in large tables one row and column in k is labelled.

    Args:
        table: a character table, n, or the group.
        normalised: divide each column by sqrt(z), z the order of the centraliser, which gives an
            orthogonal matrix. Otherwise the colours are on a symmetric log scale.

    Raises:
        ValueError: there are more than 2000 irreps, as in S_26.
    """
    if not isinstance(table, CharacterTable):
        group = _group(table)
        _require_few_irreps(number_of_partitions(group.n))
        table = group.character_table()
    _require_few_irreps(len(table.irreps))
    values = table.values.astype(float)
    name = "character χ, symmetric log scale"
    if normalised:
        centralisers = [float(table.order // size) for size in table.class_sizes]
        values, name = values / np.sqrt(centralisers), "χ / √z, z the order of the centraliser"
    limit = float(np.abs(values).max())
    written = len(table.irreps) <= 22
    side = len(table.irreps) * (0.42 if written else 0.14)
    side = min(max(side, 2.0), 9.3)
    figure = Figure(figsize=(side + 2.4, side + 1.7), layout="constrained")
    axes = figure.subplots()
    norm = Normalize(-limit, limit) if normalised else SymLogNorm(1, vmin=-limit, vmax=limit)
    image = axes.imshow(values, cmap=DIVERGING, norm=norm, interpolation="nearest")
    if written:
        _write_values(axes, values if normalised else table.values, norm)
    step = ceil(len(table.irreps) * 0.14 / side)
    at = range(0, len(table.irreps), step)
    axes.set_xticks(at, [_name(table.classes[k]) for k in at], rotation=90)
    axes.set_yticks(at, [_name(table.irreps[k]) for k in at])
    sample = f", one in {step} labelled" if step > 1 else ""
    axes.set_xlabel("conjugacy class" + sample)
    axes.set_ylabel("irrep" + sample)
    _finish(axes, f"Character table of $S_{{{table.irreps[0].size}}}$")
    bar = figure.colorbar(image, ax=axes, label=name, pad=0.02, format="%g")
    bar.ax.tick_params(labelsize=SMALL)
    return figure


def cayley_table_heatmap(group: Group, by: Values = "class") -> Figure:
    """Draw the Cayley table of S_n as a heat map: row x, column y, colour x * y.

    In lexicographic order the first (n-1)! elements are the stabiliser of 0, and every further
    block of (n-1)! is a coset of it: the elements that send 0 to 1, to 2, ... Heavy lines separate
    these blocks, light lines the blocks of (n-2)! elements with one image of 1.

    Args:
        group: n, up to 6, or the group, in either element order.
        by: colour by the conjugacy "class" of x * y, or by its "index" in the element order.

    Raises:
        ValueError: the group has more than 720 elements, or the colouring is unknown.
    """
    group = _group(group)
    _require_one_of(by, Values, "colouring")
    if group.order > MOST_ELEMENTS:
        raise ValueError(
            f"the Cayley table of {group} has {group.n}! rows; it is drawn up to {MOST_ELEMENTS}"
        )
    products: NDArray[np.int64] = group.cayley_table
    side = min(max(0.25 * group.order, 2.5), 7.5)
    figure = Figure(figsize=(side + 2, side + 1), layout="constrained")
    axes = figure.subplots()
    if by == "class":
        names = list(map(_name, cycle_types(group.n)))
        colours = ListedColormap(colormaps[CLASSES](np.linspace(0, 1, len(names))))
        norm = BoundaryNorm(np.arange(len(names) + 1) - 0.5, len(names))
        image = axes.imshow(
            group.class_of[products], cmap=colours, norm=norm, interpolation="nearest"
        )
        bar = figure.colorbar(image, ax=axes, label="conjugacy class of x y", pad=0.02)
        bar.set_ticks(list(range(len(names))), labels=names)
        bar.minorticks_off()
    else:
        image = axes.imshow(products, cmap=SEQUENTIAL, interpolation="nearest")
        bar = figure.colorbar(image, ax=axes, label="index of x y", pad=0.02)
        bar.locator = MaxNLocator(integer=True)
    bar.ax.tick_params(labelsize=SMALL)
    if group.element_order == "lexicographic":
        _part_cosets(axes, group.n)
    if group.order <= 24:
        names = [_element_name(p, "array") for p in group.elements]
        at = list(range(group.order))
    else:
        at = list(range(0, group.order, factorial(group.n - 1)))
        names = list(map(str, at))
    axes.set_xticks(at, names, rotation=90)
    axes.set_yticks(at, names)
    kind = "element" if group.order <= 24 else "index of the element"
    axes.set_xlabel(f"y, {kind}, {group.element_order} order")
    axes.set_ylabel(f"x, {kind}, {group.element_order} order")
    _finish(axes, f"Cayley table of $S_{group.n}$: x y is x first, then y")
    return figure


def _group(group: Group) -> SymmetricGroup:
    return group if isinstance(group, SymmetricGroup) else SymmetricGroup(group)


def _name(shape: Partition) -> str:
    """Return the partition with exponents for multiplicities above 2, as in "(2,1³)"."""
    parts = [
        f"{part}{str(times).translate(_SUPERSCRIPTS)}"
        if times > 2
        else ",".join([str(part)] * times)
        for part, times in shape.multiplicities.items()
    ]
    return f"({','.join(parts)})" if parts else "∅"


def _element_name(p: NDArray[np.int64], names: ElementNames) -> str:
    return permutations.cycle_notation(p) if names == "cycles" else "".join(map(str, p)) or "()"


def _entries(tableau: StandardTableau) -> dict[Cell, int]:
    return {(i, j): entry for i, row in enumerate(tableau) for j, entry in enumerate(row)}


def _require_one_of(given: str, literal: Any, what: str) -> None:
    if given not in get_args(literal):
        raise ValueError(
            f"unknown {what} {given!r}: expected one of {', '.join(get_args(literal))}"
        )


def _require_few_tableaux(count: int) -> None:
    if not 0 < count <= MOST_TABLEAUX:
        raise ValueError(f"got {count} tableaux; from 1 to {MOST_TABLEAUX} are drawn")


def _require_few_irreps(count: int) -> None:
    if count > MOST_IRREPS:
        raise ValueError(f"the table has {count} irreps; it is drawn up to {MOST_IRREPS}")


def _sides(shapes: Iterable[Partition]) -> tuple[int, int]:
    """Return the rows and columns, at least 1 each, of the bounding box of the diagrams."""
    shapes = list(shapes)
    rows = max(1, *map(len, shapes))
    columns = max(1, *(max(shape, default=0) for shape in shapes))
    if max(rows, columns) > LONGEST_SIDE:
        raise ValueError(
            f"a diagram of {rows} rows and {columns} columns is too large: "
            f"at most {LONGEST_SIDE} of each are drawn"
        )
    return rows, columns


def _sheet(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    """Return a figure and axes in inches from the upper left corner, y downwards."""
    width = max(width, 0.085 * len(title), 1.0)
    full_width, full_height = width + 2 * MARGIN, height + 2 * MARGIN + TITLE
    figure = Figure(figsize=(full_width, full_height))
    axes = figure.add_axes(
        (MARGIN / full_width, MARGIN / full_height, width / full_width, height / full_height)
    )
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    _finish(axes, title)
    return figure, axes


def _draw_diagram(
    axes: Axes,
    entries: Mapping[Cell, object],
    corner: Point,
    box: float,
    face: str = "white",
    size: int = MIDDLE,
) -> None:
    """Draw the boxes with their entries, from the upper left corner."""
    if not entries:
        x, y = corner[0] + box / 2, corner[1] + box / 2
        axes.text(x, y, "∅", ha="center", va="center", fontsize=MIDDLE)
    for (i, j), entry in entries.items():
        x, y = corner[0] + j * box, corner[1] + i * box
        axes.add_patch(
            Rectangle((x, y), box, box, facecolor=face, edgecolor=INK, linewidth=0.8, clip_on=False)
        )
        if entry != "":
            axes.text(
                x + box / 2,
                y + box / 2,
                str(entry).replace("-", "−"),
                ha="center",
                va="center_baseline",
                fontsize=size,
            )


def _write_in_frame(axes: Axes, at: Point, text: str, face: str) -> None:
    frame = {"boxstyle": "round,pad=0.25", "facecolor": face, "edgecolor": INK, "linewidth": 0.7}
    axes.text(*at, text, ha="center", va="center", fontsize=SMALL, bbox=frame)


def _lattice(n: Group) -> tuple[int, Lattice]:
    n = _group(n).n
    if n > HIGHEST_LEVEL:
        raise ValueError(f"got n = {n}; the lattice is drawn up to n = {HIGHEST_LEVEL}")
    return n, _youngs_lattice(n)


def _marked(
    graph: Lattice, highlight: PartitionLike | StandardTableau | None, n: int
) -> set[Partition]:
    """Return the partitions on the paths to `highlight`."""
    if highlight is None:
        return set()
    shape = highlight.shape if isinstance(highlight, StandardTableau) else Partition.of(highlight)
    if shape.size > n:
        raise ValueError(
            f"{shape} is a partition of {shape.size}; the lattice is drawn up to level {n}"
        )
    if isinstance(highlight, StandardTableau):
        return {
            Partition(*filter(None, (sum(entry < k for entry in row) for row in highlight)))
            for k in range(n + 1)
        }
    return {shape, *nx.ancestors(graph, shape)}


def _what_is_marked(highlight: PartitionLike | StandardTableau | None) -> str:
    if highlight is None:
        return ""
    if isinstance(highlight, StandardTableau):
        return ", and a standard tableau as a path"
    return f", and the paths to {_name(Partition.of(highlight))}"


def _paths(graph: Lattice) -> dict[Partition, int]:
    """Return the number of paths from each partition to the last."""
    paths: dict[Partition, int] = {}
    for shape in reversed(list(nx.topological_sort(graph))):
        paths[shape] = sum(paths[larger] for larger in graph[shape]) or 1
    return paths


def _draw_edges(
    axes: Axes, edges: Mapping[tuple[Partition, Partition], list[Point]], marked: set[Partition]
) -> None:
    """Draw the edges, those between marked partitions on top."""
    on_path = {ends: set(ends) <= marked for ends in edges}
    for chosen, colour, width in ((False, PLAIN, 1.0), (True, MARKED, 2.2)):
        lines = [line for ends, line in edges.items() if on_path[ends] is chosen]
        axes.add_collection(LineCollection(lines, colors=colour, linewidths=width), autolim=False)


def _write_contents(
    axes: Axes,
    graph: Lattice,
    edges: Mapping[tuple[Partition, Partition], list[Point]],
    marked: set[Partition],
) -> None:
    """Write the content on each edge, at the first of a few positions without overlap."""
    taken: list[Point] = []
    for ends, (_, start, stop, _) in edges.items():
        for t in (0.5, 0.35, 0.65, 0.2, 0.8):
            x, y = (1 - t) * start[0] + t * stop[0], (1 - t) * start[1] + t * stop[1]
            if all(abs(x - a) > 0.18 or abs(y - b) > 0.14 for a, b in taken):
                break
        taken.append((x, y))
        axes.text(
            x,
            y,
            f"{graph.edges[ends]['content']}".replace("-", "−"),
            ha="center",
            va="center",
            fontsize=SMALL - 1,
            weight="bold" if set(ends) <= marked else "normal",
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )


def _write_values(axes: Axes, values: NDArray[Any], norm: Normalize) -> None:
    for (i, j), value in np.ndenumerate(values):
        text = f"{value:.2f}" if isinstance(value, float) and value else f"{value:g}"
        axes.text(
            j,
            i,
            text.replace("-", "−"),
            ha="center",
            va="center",
            fontsize=SMALL,
            color="white" if abs(norm(float(value)) - 0.5) > 0.27 else INK,
        )


def _part_cosets(axes: Axes, n: int) -> None:
    for k, width in ((1, 1.4), (2, 0.4)):
        block = factorial(max(n - k, 0))
        for start in range(block, factorial(n), block):
            axes.axhline(start - 0.5, color="white", linewidth=width)
            axes.axvline(start - 0.5, color="white", linewidth=width)


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=MIDDLE)
    axes.tick_params(labelsize=SMALL)
