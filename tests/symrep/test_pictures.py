"""What is drawn is read back from the figures and compared with the mathematics."""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from math import factorial, isclose

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from symrep import Partition, StandardTableau, SymmetricGroup, partitions, pictures
from symrep.combinatorics.tableaux import standard_tableaux
from tests.exhaustive import sample

SHAPES = [shape for n in range(7) for shape in partitions(n)]
TABLEAUX = [t for n in range(5) for shape in partitions(n) for t in standard_tableaux(shape)]
PATH = StandardTableau((0, 1, 3), (2, 4))

every_shape = pytest.mark.parametrize(
    "shape", sample(SHAPES, lambda shape: shape.size < 4 or shape == (3, 2, 1)), ids=str
)
every_tableau = pytest.mark.parametrize(
    "tableau", sample(TABLEAUX, lambda tableau: tableau.shape.size < 4), ids=repr
)

EXAMPLES = {
    "the empty diagram": lambda: pictures.young_diagram(()),
    "a diagram": lambda: pictures.young_diagram("12,5,3,3,1", "contents"),
    "a wide diagram": lambda: pictures.young_diagram("40^2,30", "hook_lengths"),
    "the empty tableau": lambda: pictures.young_tableaux(Partition()),
    "one tableau": lambda: pictures.young_tableaux(PATH),
    "many tableaux": lambda: pictures.young_tableaux("4,2,1"),
    **{
        f"{picture.__name__} {n}": lambda picture=picture, n=n: picture(n)
        for picture in (pictures.youngs_lattice, pictures.bratteli_diagram)
        for n in (0, 1, 2, 5, 8)
    },
    "a path": lambda: pictures.youngs_lattice(5, PATH),
    "all paths": lambda: pictures.youngs_lattice(7, "3,2,1"),
    "a restriction": lambda: pictures.bratteli_diagram(8, "4,2,1,1"),
    **{f"Cayley graph {n}": lambda n=n: pictures.cayley_graph(n) for n in range(6)},
    **{f"its cycles {n}": lambda n=n: pictures.cayley_graph(n, "cycles") for n in (0, 3, 5)},
    **{
        f"characters {n}": lambda n=n: pictures.character_heatmap(n) for n in (0, 1, 2, 5, 8, 9, 20)
    },
    **{
        f"normalised {n}": lambda n=n: pictures.character_heatmap(n, normalised=True)
        for n in (0, 2, 8, 12)
    },
    **{
        f"Cayley table {n} by {by}": lambda n=n, by=by: pictures.cayley_table_heatmap(n, by)
        for n in (0, 1, 2, 3, 5)
        for by in ("class", "index")
    },
}
LARGE = {
    *("characters 8", "characters 20", "normalised 8", "normalised 12"),
    *("youngs_lattice 8", "bratteli_diagram 8", "Cayley graph 5", "Cayley table 5 by index"),
    *(f"{kind} {n}" for kind in ("youngs_lattice", "bratteli_diagram") for n in (0, 1)),
    *(f"{kind} {n}" for kind in ("Cayley graph", "characters") for n in (0, 1, 2)),
    *(f"Cayley table {n} by {by}" for n in (0, 1, 2) for by in ("class", "index")),
}
ONE_OF_EACH = {
    *("a diagram", "one tableau", "a path", "youngs_lattice 2", "bratteli_diagram 2"),
    *("Cayley graph 3", "its cycles 3", "characters 2", "normalised 2", "Cayley table 3 by class"),
}


def every_example(large):
    """Parametrises over the examples; those named in `large` are exhaustive."""
    assert large <= EXAMPLES.keys()
    return pytest.mark.parametrize(
        "draw",
        [
            pytest.param(draw, id=name, marks=[pytest.mark.exhaustive] if name in large else [])
            for name, draw in EXAMPLES.items()
        ],
    )


# Diagrams and tableaux


@every_shape
@pytest.mark.parametrize("entries", [None, "contents", "hook_lengths"])
def test_a_diagram_has_its_boxes_and_entries(shape, entries):
    (axes,) = pictures.young_diagram(shape, entries).axes
    expected = {
        (i, j): {
            None: "",
            "contents": str(j - i),
            "hook_lengths": str(part - j + sum(below > j for below in shape[i + 1 :])),
        }[entries]
        for i, part in enumerate(shape)
        for j in range(part)
    }
    diagrams = diagrams_of(axes)
    assert diagrams == ([(expected, (0, 0))] if shape else [])


def test_text_and_tuples_are_shapes_too():
    for shape in ("3,1", (3, 1), Partition(3, 1)):
        (axes,) = pictures.young_diagram(shape).axes
        assert axes.get_title(loc="left") == "(3,1)"
        assert len(boxes_of(axes)) == 4


@pytest.mark.parametrize(
    "shape", sample([*SHAPES[1:], Partition(4, 2, 1)], lambda shape: shape.size < 5), ids=str
)
def test_the_basis_of_an_irrep_in_last_letter_order(shape):
    figure = pictures.young_tableaux(shape)
    (axes,) = figure.axes
    assert tableaux_of(axes) == list(standard_tableaux(shape))
    names = [text for text in axes.texts if text.get_text().startswith("$t_")]
    assert [text.get_text() for text in names] == [f"$t_{{{k}}}$" for k in range(shape.dimension)]
    for name, (_, (left, top)) in zip(names, diagrams_of(axes), strict=True):
        x, y = name.get_position()
        assert isclose(x, left)
        assert isclose(y, top + (len(shape) + 0.5) * pictures.BOX)
    assert figure.get_figwidth() < 10


def test_tableaux_are_drawn_in_the_order_given():
    chosen = [StandardTableau((0, 2), (1,)), PATH, StandardTableau((0, 1), (2,))]
    (axes,) = pictures.young_tableaux(chosen).axes
    assert tableaux_of(axes) == chosen
    (axes,) = pictures.young_tableaux(PATH).axes
    assert tableaux_of(axes) == [PATH]


# Lattices


@pytest.mark.parametrize("n", range(8))
def test_edges_of_youngs_lattice_add_a_box_and_say_its_content(n):
    (axes,) = pictures.youngs_lattice(n).axes
    edges = lattice_edges(axes)
    assert Counter(edges) == Counter(covers(n))
    labels = {text.get_position(): text.get_text().replace("−", "-") for text in axes.texts}
    del labels[empty_diagram(axes)]
    lines = [line for collection in axes.collections for line in collection.get_segments()]
    for (mu, shape), line in zip(edges, lines, strict=True):
        (added,) = set(shape.cells) - set(mu.cells)
        at = [point for point in labels if lies_on(point, line[1], line[2])]
        assert str(added[1] - added[0]) in [labels[point] for point in at]
    assert len(labels) == len(edges)


@every_tableau
def test_a_standard_tableau_is_a_path(tableau):
    (axes,) = pictures.youngs_lattice(5, tableau).axes
    path = [
        Partition(*filter(None, (sum(letter < k for letter in row) for row in tableau)))
        for k in range(tableau.shape.size + 1)
    ]
    assert lattice_edges(axes, marked=True) == list(pairwise(path))
    filled = [diagram for diagram, _ in diagrams_of(axes) if set(diagram.values()) != {""}]
    assert [tableau_of(diagram) for diagram in filled] == [
        StandardTableau(*(tuple(x for x in row if x < k) for row in tableau if row[0] < k))
        for k in range(1, tableau.shape.size + 1)
    ]


@every_shape
@pytest.mark.parametrize("picture", [pictures.youngs_lattice, pictures.bratteli_diagram])
def test_the_paths_to_a_shape_stay_inside_it(picture, shape):
    (axes,) = picture(6, shape).axes
    edges = lattice_edges if picture is pictures.youngs_lattice else bratteli_edges
    inside = [edge for edge in covers(6) if set(edge[1].cells) <= set(shape.cells)]
    assert sorted(edges(axes, marked=True)) == sorted(inside)
    assert sorted(edges(axes)) == sorted(covers(6))


@pytest.mark.parametrize("n", range(9))
def test_a_bratteli_diagram_has_dimensions_and_the_branching_rule(n):
    (axes,) = pictures.bratteli_diagram(SymmetricGroup(n)).axes
    assert Counter(bratteli_edges(axes)) == Counter(covers(n))
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    dimensions = defaultdict(list)
    for shape, text, (_, y) in bratteli_nodes(axes):
        assert y == heights[f"$S_{shape.size}$"]
        assert int(text) == shape.dimension
        dimensions[shape.size].append(int(text))
    squares = [sum(d * d for d in dimensions[k]) for k in range(n + 1)]
    assert squares == [factorial(k) for k in range(n + 1)]


@every_shape
def test_a_restriction_has_the_multiplicities_that_tableaux_count(shape):
    (axes,) = pictures.bratteli_diagram(6, shape).axes
    # Each copy of an irrep has as many tableaux as its dimension.
    passing = Counter(
        Partition(*filter(None, (sum(letter < k for letter in row) for row in tableau)))
        for tableau in standard_tableaux(shape)
        for k in range(shape.size + 1)
    )
    for irrep, text, _ in bratteli_nodes(axes):
        times = passing[irrep] / irrep.dimension
        prefix = f"{times:.0f} × " if times > 1 else ""
        assert text == f"{prefix}{irrep.dimension}"


# Cayley graphs


@pytest.mark.parametrize("n", range(6))
def test_edges_of_the_cayley_graph_are_right_products(n):
    group = SymmetricGroup(n)
    axes = pictures.cayley_graph(group).axes[0]
    at = {rounded(text.get_position()): text for text in axes.texts}
    index = {
        point: 0 if n == 0 else group.index([int(letter) for letter in text.get_text()])
        for point, text in at.items()
    }
    assert sorted(index.values()) == list(range(group.order))
    assert len(axes.collections) == max(n - 1, 0)
    for i, collection in enumerate(axes.collections):
        s = group.index([*range(i), i + 1, i, *range(i + 2, n)])
        assert f"s_{i} = ({i}\\;{i + 1})" in collection.get_label()
        assert to_hex(collection.get_color()[0]) == pictures.GENERATORS[i].lower()
        drawn = {frozenset(index[rounded(p)] for p in line) for line in collection.get_segments()}
        products = group.cayley_table[:, s].tolist()
        assert drawn == {frozenset(pair) for pair in enumerate(products)}
        assert len(collection.get_segments()) == group.order // 2


@pytest.mark.parametrize("n", range(6))
def test_heights_in_the_cayley_graph_are_lengths_and_grey_is_odd(n):
    axes = pictures.cayley_graph(n).axes[0]
    for text in axes.texts:
        word = text.get_text()
        length = 0 if n == 0 else sum(a > b for a, b in combinations(word, 2))
        assert text.get_position()[1] == length
        white = to_hex(text.get_bbox_patch().get_facecolor()) == "#ffffff"
        assert white == (length % 2 == 0)


def test_elements_are_named_by_their_cycles():
    by_array, by_cycles = (pictures.cayley_graph(3, names).axes[0] for names in ("array", "cycles"))
    names = dict(
        zip(
            *([text.get_text() for text in axes.texts] for axes in (by_array, by_cycles)),
            strict=True,
        )
    )
    assert names == {
        "012": "()",
        "021": "(1 2)",
        "102": "(0 1)",
        "120": "(0 1 2)",
        "201": "(0 2 1)",
        "210": "(0 2)",
    }


# Heat maps


@pytest.mark.parametrize("n", range(10))
def test_characters_are_the_image_and_stand_in_the_cells(n):
    table = SymmetricGroup(n).character_table()
    axes, bar = pictures.character_heatmap(table).axes
    (image,) = axes.images
    np.testing.assert_array_equal(image.get_array(), table.values)
    assert image.get_clim() == (-max(table.dimensions), max(table.dimensions))
    assert isclose(image.norm(0), 0.5)
    assert "symmetric log" in bar.get_ylabel()
    cells = {text.get_position(): text.get_text().replace("−", "-") for text in axes.texts}
    written = {(j, i): str(value) for (i, j), value in np.ndenumerate(table.values)}
    assert cells == (written if n < 9 else {})
    assert [parsed(text) for text in axes.get_yticklabels()] == list(table.irreps)
    assert [parsed(text) for text in axes.get_xticklabels()] == list(table.classes)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("conjugacy class", "irrep")


@pytest.mark.parametrize("n", range(10))
def test_the_normalised_table_is_orthogonal(n):
    axes, bar = pictures.character_heatmap(n, normalised=True).axes
    image = np.asarray(axes.images[0].get_array())
    np.testing.assert_allclose(image @ image.T, np.eye(len(image)), atol=1e-12)
    low, high = axes.images[0].get_clim()
    assert high == -low == np.abs(image).max()
    assert "√z" in bar.get_ylabel()
    for text in axes.texts:
        j, i = text.get_position()
        assert abs(float(text.get_text().replace("−", "-")) - image[i, j]) <= 0.005


@pytest.mark.parametrize(("n", "step"), [(11, 1), (12, 2), (20, 10)])
def test_labels_of_a_large_table_are_thinned(n, step):
    axes = pictures.character_heatmap(n).axes[0]
    classes = SymmetricGroup(n).character_table().classes
    assert [parsed(text) for text in axes.get_xticklabels()] == list(classes[::step])
    sample = f", one in {step} labelled" if step > 1 else ""
    assert axes.get_xlabel() == f"conjugacy class{sample}"


@pytest.mark.parametrize("order", ["lexicographic", "sympy"])
@pytest.mark.parametrize("n", range(6))
def test_cayley_tables_are_the_image(n, order):
    group = SymmetricGroup(n, order)
    axes, bar = pictures.cayley_table_heatmap(group).axes
    classes = [str(c.cycle_type) for c in group.conjugacy_classes]
    elements = [group.permutation(k) for k in range(group.order)]
    np.testing.assert_array_equal(axes.images[0].get_array(), group.class_of[group.cayley_table])
    assert [str(parsed(text)) for text in bar.get_yticklabels()] == classes
    colours = {axes.images[0].norm(k) for k in range(len(classes))}
    assert len(colours) == len(classes)
    axes, _ = pictures.cayley_table_heatmap(group, "index").axes
    np.testing.assert_array_equal(axes.images[0].get_array(), group.cayley_table)
    assert order in axes.get_xlabel()
    if 1 < n < 5:
        names = ["".join(map(str, p.array_form)) for p in elements]
        assert [text.get_text() for text in axes.get_yticklabels()] == names


@pytest.mark.parametrize("n", range(2, 7))
def test_lines_part_the_cosets(n):
    """Heavy where the image of 0 changes, light where that of 1 does."""
    axes, _ = pictures.cayley_table_heatmap(n).axes
    images = SymmetricGroup(n).elements
    for k, width in ((1, 1.4), (2, 0.4)):
        changes = np.flatnonzero((images[1:, :k] != images[:-1, :k]).any(1)) + 0.5
        lines = [line for line in axes.lines if line.get_linewidth() == width]
        across = {line.get_ydata()[0] for line in lines if line.get_xdata()[0] == 0}
        down = {line.get_xdata()[0] for line in lines if line.get_ydata()[0] == 0}
        assert across == down == set(changes.tolist())
    assert not pictures.cayley_table_heatmap(SymmetricGroup(n, "sympy")).axes[0].lines


# Refusals


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: pictures.young_diagram("41"), "1 rows and 41 columns is too large: at most 40"),
        (lambda: pictures.young_diagram("3,1", "hooks"), "unknown entries 'hooks'.*hook_lengths"),
        (lambda: pictures.young_diagram((1, 2)), r"did you mean Partition\(2, 1\)"),
        (lambda: pictures.young_tableaux("5,2,1"), "got 64 tableaux; from 1 to 48 are drawn"),
        (lambda: pictures.young_tableaux([]), "got 0 tableaux"),
        (lambda: pictures.young_tableaux([PATH] * 49), "got 49 tableaux"),
        (lambda: pictures.young_tableaux("1^50"), "50 rows and 1 columns"),
        (lambda: pictures.youngs_lattice(9), "got n = 9; the lattice is drawn up to n = 8"),
        (lambda: pictures.bratteli_diagram(9), "got n = 9"),
        (lambda: pictures.youngs_lattice(-1), "must be 0 or more"),
        (lambda: pictures.youngs_lattice(4, PATH), r"\(3,2\) is a partition of 5; .* level 4"),
        (lambda: pictures.bratteli_diagram(3, "2,2"), r"\(2,2\) is a partition of 4; .* level 3"),
        (lambda: pictures.cayley_graph(6), r"Cayley graph of S_6 has 6! elements.* n = 5"),
        (lambda: pictures.cayley_graph(3, "words"), "unknown names 'words'.*array, cycles"),
        (lambda: pictures.character_heatmap(26), "has 2436 irreps; it is drawn up to 2000"),
        (lambda: pictures.cayley_table_heatmap(7), "of S_7 has 7! rows; it is drawn up to 720"),
        (lambda: pictures.cayley_table_heatmap(3, "sign"), "unknown colouring 'sign'.*index"),
    ],
)
def test_what_could_not_be_read_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


# Figures


@every_example(EXAMPLES.keys() - ONE_OF_EACH)
def test_figures_are_nobody_elses_and_draw_at_two_sizes(draw):
    figure, other = draw(), draw()
    assert figure is not other
    assert plt.get_fignums() == []
    for dpi in (50, 100):
        buffer = io.BytesIO()
        figure.savefig(buffer, dpi=dpi, format="png")
        assert buffer.getvalue().startswith(b"\x89PNG")


@every_example(LARGE)
def test_no_text_covers_another_or_is_cut(draw):
    figure = draw()
    FigureCanvasAgg(figure).draw()
    texts = texts_of(figure)
    boxes = np.array([(t.get_bbox_patch() or t).get_window_extent().extents for t in texts])
    inside = (boxes[:, :2] >= -0.5) & (boxes[:, 2:] <= np.array(figure.bbox.size) + 0.5)
    names = [text.get_text() for text in texts]
    assert [names[k] for k in np.flatnonzero(~inside.all(1))] == []
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    shared = np.minimum(high, high.swapaxes(0, 1)) - np.maximum(low, low.swapaxes(0, 1))
    covered = (shared > 0.5).all(-1) & ~np.eye(len(boxes), dtype=bool)
    assert [(names[a], names[b]) for a, b in np.argwhere(covered)] == []


# Reading figures


def texts_of(figure):
    """What can be read."""
    texts = [text for legend in figure.legends for text in legend.get_texts()]
    for axes in figure.axes:
        texts += [*axes.texts, axes.title, axes._left_title]
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            shown = [t for t in axis.get_major_ticks() if low <= t.get_loc() <= high]
            texts += [
                axis.label,
                *(label for tick in shown for label in (tick.label1, tick.label2)),
            ]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def boxes_of(axes):
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def diagrams_of(axes):
    """Each diagram as ({(row, column): text}, upper left corner), in the order drawn."""
    boxes = boxes_of(axes)
    if not boxes:
        return []
    size = boxes[0].get_width()
    written = {rounded(text.get_position()): text.get_text() for text in axes.texts}
    at = {(round(b.get_x() / size, 3), round(b.get_y() / size, 3)): b.get_xy() for b in boxes}
    assert len(at) == len(boxes)
    touching = nx.Graph()
    touching.add_nodes_from(at)
    for (x, y), (u, v) in combinations(at, 2):
        if isclose(abs(x - u) + abs(y - v), 1, abs_tol=0.01) and min(abs(x - u), abs(y - v)) < 0.01:
            touching.add_edge((x, y), (u, v))
    place = {node: k for k, node in enumerate(at)}
    diagrams = []
    for nodes in sorted(nx.connected_components(touching), key=lambda c: min(map(place.get, c))):
        left, top = min(x for x, _ in nodes), min(y for _, y in nodes)
        cells = {}
        for node in sorted(nodes, key=lambda p: (p[1], p[0])):
            x, y = at[node]
            text = written.get(rounded((x + size / 2, y + size / 2)), "")
            cells[round(node[1] - top), round(node[0] - left)] = text.replace("−", "-")
        diagrams.append((cells, at[min(nodes, key=lambda p: (p[1], p[0]))]))
    return diagrams


def tableau_of(diagram):
    rows = defaultdict(list)
    for (i, _), text in sorted(diagram.items()):
        rows[i].append(int(text))
    return StandardTableau(*(rows[i] for i in sorted(rows)))


def tableaux_of(axes):
    return [tableau_of(diagram) for diagram, _ in diagrams_of(axes)]


def lattice_edges(axes, marked=False):
    """(mu, lambda) of each edge: it starts at the bottom of a box of mu, ends on top of lambda."""
    size = pictures.SMALL_BOX
    places = [(Partition(), *np.subtract(empty_diagram(axes), size / 2), 1, 1)]
    for cells, (x, y) in diagrams_of(axes):
        rows = Counter(i for i, _ in cells)
        shape = Partition(*(rows[i] for i in sorted(rows)))
        places.append((shape, x, y, shape[0], len(shape)))

    def at(point, bottom):
        for shape, x, y, columns, rows in places:
            inside = y + size * 0.99 < point[1] < y + rows * size * 1.01
            touches = inside if bottom else isclose(point[1], y)
            if touches and isclose(point[0], x + columns * size / 2):
                return shape
        raise AssertionError(f"no diagram at {point}")

    return [(at(line[0], True), at(line[-1], False)) for line in lines_of(axes, marked)]


def bratteli_nodes(axes):
    """(irrep, second line, place) of each node."""
    for text in axes.texts:
        if "\n" in text.get_text():
            name, dimension = text.get_text().split("\n")
            yield parsed(name), dimension, text.get_position()


def bratteli_edges(axes, marked=False):
    places = {rounded(place): shape for shape, _, place in bratteli_nodes(axes)}
    return [
        (places[rounded(line[0])], places[rounded(line[-1])]) for line in lines_of(axes, marked)
    ]


def lines_of(axes, marked):
    plain, on_path = axes.collections
    assert to_hex(on_path.get_color()[0]) == pictures.MARKED.lower()
    return on_path.get_segments() if marked else plain.get_segments() + on_path.get_segments()


def empty_diagram(axes):
    (text,) = [text for text in axes.texts if text.get_text() == "∅"]
    return text.get_position()


def covers(n):
    """The pairs mu, lambda with |lambda| <= n where lambda is mu with a box more."""
    return [
        (mu, shape)
        for k in range(1, n + 1)
        for shape in partitions(k)
        for mu in partitions(k - 1)
        if set(mu.cells) <= set(shape.cells)
    ]


def parsed(text):
    """The partition of a label such as "(2,1³)"."""
    name = text if isinstance(text, str) else text.get_text()
    name = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda match: f"^{match[0]}", name)
    name = name.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    return Partition() if name == "∅" else Partition.parse(name)


def lies_on(point, start, stop):
    (x, y), (u, v), (s, t) = point, start, stop
    return abs((s - u) * (y - v) - (t - v) * (x - u)) < 1e-9 and v < y < t


def rounded(point):
    return round(float(point[0]), 6), round(float(point[1]), 6)


def test_the_cayley_table_of_another_order_is_the_rearranged_picture():
    s4 = SymmetricGroup(4)
    there = np.random.default_rng(1).permutation(24)
    group = s4.reordered(there)
    before = pictures.cayley_table_heatmap(s4).axes[0]
    after = pictures.cayley_table_heatmap(group).axes[0]
    image = np.asarray(before.images[0].get_array())
    np.testing.assert_array_equal(after.images[0].get_array(), image[np.ix_(there, there)])
    names = [text.get_text() for text in before.get_yticklabels()]
    assert [text.get_text() for text in after.get_yticklabels()] == [names[k] for k in there]
    for label in (after.get_xlabel(), after.get_ylabel()):
        assert "lexicographic" not in label
    assert not after.lines


def test_pictures_that_know_no_order_are_the_same_of_a_reordered_group():
    s4 = SymmetricGroup(4)
    group = s4.reordered(list(range(24))[::-1])
    for draw in (pictures.character_heatmap, pictures.cayley_graph, pictures.bratteli_diagram):
        before, after = draw(s4).axes[0], draw(group).axes[0]
        assert after.get_title(loc="left") == before.get_title(loc="left")
        assert [(t.get_text(), t.get_position()) for t in after.texts] == [
            (t.get_text(), t.get_position()) for t in before.texts
        ]
