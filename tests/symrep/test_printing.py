"""What objects print, letter by letter: text at 60 and 100 columns, HTML, Markdown and LaTeX."""

from __future__ import annotations

import pickle
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest
from sympy import Rational, sqrt

from symrep import (
    AlternatingGroup,
    ByIrrep,
    CayleyTableGroup,
    CyclicGroup,
    DihedralGroup,
    FiniteGroup,
    Partition,
    PermutationGroup,
    StandardTableau,
    SymmetricGroup,
    named_group,
)
from symrep._support.markup import inline_latex, latex_text, markdown_text
from symrep._support.tables import ROWS_SHOWN, TextTable
from symrep.cayley.subgroups import SubgroupClasses, subgroup_classes
from symrep.characters.notation import label_latex, value_latex
from symrep.characters.table import CLASSES_SHOWN
from symrep.groups.recognition import recognise
from tests.exhaustive import sample
from tests.symrep.groups.examples import OWN, SECOND

S3, S4, A4, A5, Q8 = SymmetricGroup(3), SymmetricGroup(4), *map(named_group, ("A4", "A5", "Q8"))
UNSAFE = CayleyTableGroup([[0, 1], [1, 0]], name='<b> & "x_1"')


@pytest.fixture
def width(request, monkeypatch):
    """The terminal has so many columns."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return request.param


at = pytest.mark.parametrize


def cells(html):
    """The rows of an HTML table as texts; it is well formed."""
    table = ElementTree.fromstring(html)
    assert table.tag == "table"
    return [[cell.text or "" for cell in row] for row in table.iter("tr")]


# Tables of texts

WIDE = TextTable(
    (("", "one", "two", "three"),),
    (("a", "1", "-2", "3"), ("bc", "10", "", "300000")),
    caption="numbers",
    notes=("and no more",),
)


@at(
    ("columns", "text"),
    [
        (
            100,
            """\
numbers

    one  two   three
 a    1   -2       3
bc   10       300000

and no more""",
        ),
        (
            15,
            """\
numbers

    one  two
 a    1   -2
bc   10

     three
 a       3
bc  300000

and no more""",
        ),
        (
            4,
            """\
numbers

    one
 a    1
bc   10

    two
 a   -2
bc

     three
 a       3
bc  300000

and no more""",
        ),
    ],
)
def test_a_table_is_wrapped_by_columns(columns, text):
    assert WIDE.text(columns) == text


@at("columns", range(1, 40))
def test_wrapping_keeps_every_cell_and_the_width(columns):
    blocks = WIDE.text(columns).split("\n\n")[1:-1]
    found = [[line.split() for line in block.splitlines()] for block in blocks]
    assert [head for block in found for head in block[0]] == ["one", "two", "three"]
    assert all(block[1][0] == "a" and block[2][0] == "bc" for block in found)
    for block in blocks:
        one_column = len(block.splitlines()[0].split()) == 1
        assert one_column or max(map(len, block.splitlines())) <= columns


def test_rows_of_a_table_are_equally_long():
    with pytest.raises(ValueError, match="equally long"):
        TextTable((("a", "b"),), (("1",),))


def test_a_table_in_markdown_and_latex_is_escaped():
    table = TextTable((("a|b", "x_1"),), (("*c*", "50% ± 1"), ("_d_", "e^2<3")), left=(0,))
    assert table.markdown().splitlines() == [
        r"| a\|b | x_1 |",
        "| :-- | --: |",
        r"| \*c\* | 50% ± 1 |",
        r"| \_d\_ | e^2\<3 |",
    ]
    assert table.latex().splitlines() == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"a|b & x\_1 \\",
        r"\midrule",
        r"*c* & 50\% $\pm$ 1 \\",
        r"\_d\_ & e\^{}2\textless{}3 \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]
    assert table.latex_array().splitlines() == [
        r"\begin{array}{l|r}",
        r"\text{a|b} & \text{x\_1} \\",
        r"\hline",
        r"\text{*c*} & \text{50\% $\pm$ 1} \\",
        r"\text{\_d\_} & \text{e\^{}2\textless{}3} \\",
        r"\end{array}",
    ]


def test_a_table_in_html_is_escaped():
    html = TextTable((("<b>",),), (('"&',),), labels=0, caption="<i>", notes=("a < b",)).html()
    assert cells(html) == [["<b>"], ['"&'], ["a < b"]]
    assert "<b>" not in html
    assert "<i>" not in html


@at(
    ("math", "text"),
    [
        ("", ""),
        ("12", "12"),
        ("-1", "$-1$"),
        (r"\text{a\_b}", r"a\_b"),
        (r"\text{a} \otimes \text{b}", r"$\text{a} \otimes \text{b}$"),
        (r"\frac{1}{2}", r"$\frac{1}{2}$"),
    ],
)
def test_mathematics_in_a_paragraph(math, text):
    assert inline_latex(math) == text


def test_every_special_character_is_escaped():
    assert latex_text("\\a{b}$c#") == r"\textbackslash{}a\{b\}\$c\#"
    assert markdown_text("`a` [b] ~c~ $d\\") == r"\`a\` \[b] \~c\~ \$d\\"


# Character tables

S_4 = """\
character table of S_4 (order 24)

           (1,1,1,1)  (2,1,1)  (2,2)  (3,1)  (4)
     size          1        6      3      8    6
      (4)          1        1      1      1    1
    (3,1)          3        1     -1      0   -1
    (2,2)          2        0      2     -1    0
  (2,1,1)          3       -1     -1      0    1
(1,1,1,1)          1       -1      1      1   -1"""

A_4 = """\
character table of A_4 (order 12)

             (1,1,1,1)  (2,2)  (3,1)+  (3,1)-
       size          1      3       4       4
        (4)          1      1       1       1
      (3,1)          3     -1       0       0
      (2,2)          1      1       A       B
conj((2,2))          1      1       B       A

A = -1/2 + sqrt(3)*I/2
B = -1/2 - sqrt(3)*I/2"""

A_6 = {
    60: """\
character table of A_6 (order 360)

          (1,1,1,1,1,1)  (2,2,1,1)  (3,1,1,1)  (3,3)  (4,2)
    size              1         45         40     40     90
     (6)              1          1          1      1      1
   (5,1)              5          1          2     -1     -1
   (4,2)              9          1          0      0      1
 (4,1,1)             10         -2          1      1      0
   (3,3)              5          1         -1      2     -1
(3,2,1)+              8          0         -1     -1      0
(3,2,1)-              8          0         -1     -1      0

          (5,1)+  (5,1)-
    size      72      72
     (6)       1       1
   (5,1)       0       0
   (4,2)      -1      -1
 (4,1,1)       0       0
   (3,3)       0       0
(3,2,1)+       A       B
(3,2,1)-       B       A

A = 1/2 + sqrt(5)/2
B = 1/2 - sqrt(5)/2""",
    100: """\
character table of A_6 (order 360)

          (1,1,1,1,1,1)  (2,2,1,1)  (3,1,1,1)  (3,3)  (4,2)  (5,1)+  (5,1)-
    size              1         45         40     40     90      72      72
     (6)              1          1          1      1      1       1       1
   (5,1)              5          1          2     -1     -1       0       0
   (4,2)              9          1          0      0      1      -1      -1
 (4,1,1)             10         -2          1      1      0       0       0
   (3,3)              5          1         -1      2     -1       0       0
(3,2,1)+              8          0         -1     -1      0       A       B
(3,2,1)-              8          0         -1     -1      0       B       A

A = 1/2 + sqrt(5)/2
B = 1/2 - sqrt(5)/2""",
}

SL_2_3 = """\
          1A  2A  3A  3B  4A  6A  6B
    size   1   1   4   4   6   4   4
      1a   1   1   1   1   1   1   1
      1b   1   1   A   B   1   A   B
conj(1b)   1   1   B   A   1   B   A
      2a   2  -2  -B  -A   0   B   A
conj(2a)   2  -2  -A  -B   0   A   B
      2b   2  -2  -1  -1   0   1   1
      3a   3   3   0   0  -1   0   0

A = -1/2 + sqrt(3)*I/2
B = -1/2 - sqrt(3)*I/2"""


@at("width", [60, 100], indirect=True)
def test_tables_that_fit(width):
    assert str(S4.character_table()) == S_4
    assert str(A4.character_table()) == A_4
    assert S4.character_table().text() == S_4.split("\n\n", 1)[1]


@at("width", [60, 100], indirect=True)
def test_a_table_that_is_wrapped_at_the_width_of_the_terminal(width):
    assert str(AlternatingGroup(6).character_table()) == A_6[width]


def test_negatives_of_named_values_have_a_sign():
    table = named_group("SL(2,3)").character_table()
    assert table.text(60) == SL_2_3
    a = -Rational(1, 2) + sqrt(3) * sqrt(-1) / 2
    assert table.row("2a")[2:4].tolist() == [a + 1, -a]


def test_short_irrational_values_stand_in_the_table():
    text = DihedralGroup(8).character_table().text(60)
    assert text.splitlines()[-3:] == [
        "     freq_1  2   sqrt(2)    0  -sqrt(2)   -2   0    0",
        "     freq_2  2         0   -2         0    2   0    0",
        "     freq_3  2  -sqrt(2)    0   sqrt(2)   -2   0    0",
    ]


@at("group", [A4, A5, DihedralGroup(7), CyclicGroup(8), CyclicGroup(31)], ids=str)
def test_the_names_of_values_mean_what_the_table_has(group):
    """Reading the text back, letters replaced, gives the texts of the exact values."""
    table = group.character_table()
    body, *below = table.text(10**6).split("\n\n")
    meaning = dict(line.split(" = ") for line in "\n".join(below).splitlines())
    assert "I" not in meaning
    assert len(set(meaning.values())) == len(meaning)
    values = {str(v): v for row in table.values.tolist() for v in row}
    for line, row in zip(body.splitlines()[2:], table.values.tolist(), strict=True):
        for word, value in zip(line.split()[-len(row) :], row, strict=True):
            name = word.removeprefix("-")
            if name in meaning:
                expected = values[meaning[name]]
                assert value == (expected if name == word else -expected)
            else:
                assert word == str(value)


def test_large_tables_print_their_size():
    assert CLASSES_SHOWN == 40
    S10 = SymmetricGroup(10).character_table()
    assert str(S10) == (
        "character table of S_10 (order 3628800)\n"
        "42 irreps and 42 classes: text() has the whole table, to_frame() as a DataFrame"
    )
    assert repr(S10) == "<character table of S_10, 42 x 42>"
    assert S10._repr_latex_() is None
    assert ElementTree.fromstring(S10._repr_html_()).tag == "pre"
    assert sum(line.startswith("(10) ") or "  (10) " in line for line in S10.text().splitlines())
    assert len(CyclicGroup(40).character_table()._repr_latex_().splitlines()) == 45


def test_a_table_as_html():
    assert (
        S3.character_table()._repr_html_()
        == """\
<table>
<caption>character table of S_3 (order 6)</caption>
<thead>
<tr><th scope="col"></th><th scope="col">(1,1,1)</th><th scope="col">(2,1)</th>\
<th scope="col">(3)</th></tr>
<tr><th scope="col">size</th><th scope="col">1</th><th scope="col">3</th>\
<th scope="col">2</th></tr>
</thead>
<tbody>
<tr><th scope="row">(3)</th><td>1</td><td>1</td><td>1</td></tr>
<tr><th scope="row">(2,1)</th><td>2</td><td>0</td><td>-1</td></tr>
<tr><th scope="row">(1,1,1)</th><td>1</td><td>-1</td><td>1</td></tr>
</tbody>
</table>"""
    )
    rows = cells(A5.character_table()._repr_html_())
    assert rows[5] == ["(3,1,1)+", "3", "-1", "0", "A", "B"]
    assert rows[-2:] == [["A = 1/2 + sqrt(5)/2"], ["B = 1/2 - sqrt(5)/2"]]


def test_a_table_as_latex():
    assert (
        A5.character_table().latex()
        == r"""
\begin{tabular}{lrrrrr}
\toprule
 & $(1^5)$ & $(2^2,1)$ & $(3,1^2)$ & $(5)^+$ & $(5)^-$ \\
size & 1 & 15 & 20 & 12 & 12 \\
\midrule
$(5)$ & 1 & 1 & 1 & 1 & 1 \\
$(4,1)$ & 4 & 0 & 1 & $-1$ & $-1$ \\
$(3,2)$ & 5 & 1 & $-1$ & 0 & 0 \\
$(3,1^2)^+$ & 3 & $-1$ & 0 & $\frac{1 + \sqrt{5}}{2}$ & $\frac{1 - \sqrt{5}}{2}$ \\
$(3,1^2)^-$ & 3 & $-1$ & 0 & $\frac{1 - \sqrt{5}}{2}$ & $\frac{1 + \sqrt{5}}{2}$ \\
\bottomrule
\end{tabular}""".lstrip()
    )
    assert (
        S3.character_table()._repr_latex_()
        == r"""
$\displaystyle \begin{array}{l|rrr}
 & (1^3) & (2,1) & (3) \\
\text{size} & 1 & 3 & 2 \\
\hline
(3) & 1 & 1 & 1 \\
(2,1) & 2 & 0 & -1 \\
(1^3) & 1 & -1 & 1 \\
\end{array}$""".lstrip()
    )


def test_a_table_of_words_and_powers_as_latex():
    lines = named_group("C4").character_table().latex().splitlines()
    assert lines[2] == r" & 0 & 1 & 2 & 3 \\"
    assert lines[7] == r"freq\_1 & 1 & $i$ & $-1$ & $- i$ \\"
    assert lines[8] == r"$\overline{\text{freq\_1}}$ & 1 & $- i$ & $-1$ & $i$ \\"
    head = DihedralGroup(24).character_table().latex().splitlines()[2]
    assert head.endswith(r" & $r^{11}$ & $r^{12}$ & $s$ & $r\ s$ \\")


def test_a_table_as_markdown():
    assert (
        Q8.character_table().markdown()
        == r"""
|  | 1 | a | a^2 | x | a x |
| --: | --: | --: | --: | --: | --: |
| size | 1 | 2 | 1 | 2 | 2 |
| trivial | 1 | 1 | 1 | 1 | 1 |
| sign | 1 | 1 | 1 | -1 | -1 |
| parity | 1 | -1 | 1 | 1 | -1 |
| parity_sign | 1 | -1 | 1 | -1 | 1 |
| freq_1 | 2 | 0 | -2 | 0 | 0 |""".lstrip()
    )
    assert A5.character_table().markdown().splitlines()[-2:] == [
        "- A = 1/2 + sqrt(5)/2",
        "- B = 1/2 - sqrt(5)/2",
    ]


@at(
    ("label", "latex"),
    [
        (Partition(2, 1, 1), "(2,1^2)"),
        ("(3,1,1)+", "(3,1^2)^+"),
        ("conj(2a)", r"\overline{\text{2a}}"),
        ("freq_1 x conj(freq_1)", r"\text{freq\_1} \otimes \overline{\text{freq\_1}}"),
        ("conj(2a x (2,1))", r"\overline{\text{2a} \otimes (2,1)}"),
        ("(r^12, (1,1,1))", "(r^{12}, (1^3))"),
        ("(0, (1, 2))", "(0, (1, 2))"),
        ("a^2 x", r"a^2\ x"),
        ("5A", r"\text{5A}"),
        ("10", "10"),
        ("(0 1)", r"\text{(0 1)}"),
    ],
)
def test_labels_in_latex(label, latex):
    assert label_latex(label) == latex


def test_values_in_latex():
    assert value_latex(sqrt(2)) == r"\sqrt{2}"
    assert value_latex(-3) == "-3"


# Partitions, tableaux and irreps


@at(
    ("parts", "latex"),
    [((), r"\emptyset"), ((3,), "(3)"), ((3, 1, 1), "(3,1^2)"), ((10, *(1,) * 11), "(10,1^{11})")],
)
def test_partitions_in_latex(parts, latex):
    partition = Partition(*parts)
    assert partition.latex() == latex
    assert partition._repr_latex_() == f"${latex}$"


def test_tableaux():
    tableau = StandardTableau((0, 1, 3), (2,))
    assert str(tableau) == "0 1 3\n2"
    boxes = r"\begin{matrix}\boxed{0} & \boxed{1} & \boxed{3} \\ \boxed{2}\end{matrix}"
    assert tableau.latex() == boxes
    assert tableau._repr_latex_() == f"${boxes}$"
    assert cells(tableau._repr_html_()) == [["0", "1", "3"], ["2"]]
    assert StandardTableau().latex() == r"\emptyset"
    assert cells(StandardTableau()._repr_html_()) == []


def test_irreps_as_text():
    assert (
        str(S3.irrep("standard"))
        == """\
irrep (2,1) of S_3: dimension 2, real type, orthogonal form
basis: 0 1/2  0 2/1
s_0 = [ 1   0 ]
      [ 0  -1 ]
s_1 = [      -1/2  sqrt(3)/2 ]
      [ sqrt(3)/2        1/2 ]"""
    )
    assert (
        str(CyclicGroup(4).irrep("freq_1"))
        == """\
irrep freq_1 of C_4: dimension 2, complex type, orthogonal form
1 = [ 0  -1 ]
    [ 1   0 ]"""
    )


def test_irreps_that_are_large_or_numerical_have_one_line():
    assert str(SymmetricGroup(7).irrep("6,1", "specht")) == (
        "irrep (6,1) of S_7: dimension 6, real type, specht form"
    )
    assert str(named_group("SL(2,3)").irrep("2b")) == (
        "irrep 2b of SL(2,3): dimension 4, quaternionic type, orthogonal form"
    )


def test_irreps_as_latex():
    assert (
        S3.irrep("standard", "specht").latex()
        == r"""
\[ \rho_{2,1}(s_0) = \left[\begin{matrix}1 & 0\\-1 & -1\end{matrix}\right] \]
\[ \rho_{2,1}(s_1) = \left[\begin{matrix}0 & 1\\1 & 0\end{matrix}\right] \]""".lstrip()
    )
    whole = A4.irrep("(2,2)")._repr_latex_()
    assert r"\rho_{(2^2)} &\colon A_4 \to \mathrm{GL}_2(\mathbb{R}) \\ " in whole
    assert r"\rho_{(2^2)}((0\ 1\ 2)) &= \left[\begin{matrix}" in whole
    assert SymmetricGroup(11).irrep("10,1")._repr_latex_() == (
        r"$\displaystyle \begin{aligned}\rho_{10,1} &\colon S_{11} \to "
        r"\mathrm{GL}_{10}(\mathbb{R})\end{aligned}$"
    )
    with pytest.raises(ValueError, match="no exact form"):
        named_group("SL(2,3)").irrep("2b").latex()


def test_all_irreps_of_a_group():
    assert (
        str(Q8.irreps)
        == """\
irrep        dimension          type
trivial              1          real
sign                 1          real
parity               1          real
parity_sign          1          real
freq_1               4  quaternionic"""
    )
    assert Q8.irreps.to_frame().loc["freq_1"].tolist() == [4, "quaternionic"]
    assert Q8.irreps.latex().splitlines()[2:5:2] == [
        r"irrep & dimension & type \\",
        r"trivial & 1 & real \\",
    ]
    S30 = SymmetricGroup(30).irreps
    assert str(S30).splitlines()[-1] == f"{len(S30) - ROWS_SHOWN} more"
    assert S30._repr_latex_() is None
    assert repr(S30) == "<the 5604 irreps of S_30>"


def test_values_by_irrep():
    values = ByIrrep(S3.labels, {"trivial": 1, "standard": 0.25, "sign": sqrt(2) / 2})
    assert (
        str(values)
        == """\
irrep        value
(3)              1
(2,1)       0.2500
(1,1,1)  sqrt(2)/2"""
    )
    assert (
        values.latex()
        == r"""
\begin{tabular}{lr}
\toprule
irrep & value \\
\midrule
$(3)$ & 1 \\
$(2,1)$ & $0.2500$ \\
$(1^3)$ & $\frac{\sqrt{2}}{2}$ \\
\bottomrule
\end{tabular}""".lstrip()
    )
    assert values.markdown().splitlines()[-1] == "| (1,1,1) | sqrt(2)/2 |"
    assert values.to_frame()["value"].tolist() == [1, 0.25, sqrt(2) / 2]
    assert cells(values._repr_html_())[2] == ["(2,1)", "0.2500"]
    others = {"trivial": Fraction(-1, 2), "standard": S3.irrep("2,1").matrix(1), "sign": "<b>"}
    assert (
        str(ByIrrep(S3.labels, others))
        == """\
irrep           value
(3)              -1/2
(2,1)    shape (2, 2)
(1,1,1)           <b>"""
    )
    assert r"\text{\textless{}b\textgreater{}}" in ByIrrep(S3.labels, others)._repr_latex_()
    assert cells(ByIrrep(S3.labels, others)._repr_html_())[3] == ["(1,1,1)", "<b>"]


# Groups


@at(
    ("name", "latex", "html"),
    [
        ("S5", "S_5", "S<sub>5</sub>"),
        ("C113", "C_{113}", "C<sub>113</sub>"),
        ("D59", "D_{59}", "D<sub>59</sub>"),
        ("Q8", "Q_8", "Q<sub>8</sub>"),
        ("Dic3", r"\mathrm{Dic}_3", "Dic<sub>3</sub>"),
        ("C3 x S3", r"C_3 \times S_3", "C<sub>3</sub> x S<sub>3</sub>"),
        ("SL(2,3)", r"\mathrm{SL}(2,3)", "SL(2,3)"),
        ("M_11", "M_{11}", "M<sub>11</sub>"),
    ],
)
def test_names_of_groups(name, latex, html):
    group = named_group(name) if name != "M_11" else PermutationGroup([[1, 0]], name)
    assert group.latex() == latex
    assert group._repr_latex_() == f"${latex}$"
    assert group._repr_html_() == html


def test_nested_products_have_parentheses():
    group: FiniteGroup = type(named_group("C2 x C3"))(CyclicGroup(2), named_group("C3 x C2"))
    assert group.latex() == r"C_2 \times (C_3 \times C_2)"


def test_names_that_are_markup_are_escaped():
    assert UNSAFE._repr_html_() == "&lt;b&gt; &amp; &quot;x<sub>1</sub>&quot;"
    assert UNSAFE.latex() == r'\text{\textless{}b\textgreater{} \& "x\_1"}'
    table = UNSAFE.character_table()
    for html in (
        table._repr_html_(),
        UNSAFE.summary()._repr_html_(),
        UNSAFE.subgroup_classes()._repr_html_(),
        recognise([[0]])._repr_html_(),
    ):
        assert "<b>" not in html
        ElementTree.fromstring(html)
    caption = ElementTree.fromstring(table._repr_html_()).findtext("caption")
    assert caption == 'character table of <b> & "x_1" (order 2)'


def test_a_summary():
    assert (
        str(S4.summary())
        == """\
                                  S_4
order                             24
exponent                          12
conjugacy classes                 5
order of the centre               1
order of the commutator subgroup  12
irreps over the reals             5
complex irreps by degree          1 (2), 2 (1), 3 (2)"""
    )
    assert str(SymmetricGroup(12).summary()).endswith(
        "1 (2), 11 (2), 54 (2), 55 (2), 132 (2), 154 (2), 165 (2), 275 (2), ..."
    )


@at("group", [S4, A5, Q8, CyclicGroup(6), named_group("F_20")], ids=str)
def test_a_summary_says_what_the_group_has(group):
    facts = dict(group.summary().rows)
    assert int(facts["order of the centre"]) == len(group.centre)
    assert int(facts["order of the commutator subgroup"]) == len(group.commutator_subgroup)
    assert int(facts["exponent"]) == group.exponent
    assert int(facts["irreps over the reals"]) == len(group.irreps)


LONG = SECOND | {"C_3 x Q_8", "sympy S_3 x reordered D_2", "C_2 x (C_3 x C_2)"}


@at("name", sample(sorted(OWN), lambda name: name not in LONG))
def test_every_kind_of_group_prints(name):
    group = OWN[name]
    table = group.character_table()
    printed = [table, group.irreps, group.subgroup_classes(), group.summary()]
    for each in printed:
        assert len(str(each).splitlines()) > 1
        assert len(cells(each._repr_html_())) > 1
    latex = [group.latex(), *(each.latex() for each in printed)]
    for irrep in group.irreps.values():
        assert str(irrep).startswith(irrep.name)
        latex.append(irrep._repr_latex_())
    for text in latex:
        plain = text.replace("\\{", "").replace("\\}", "")
        assert plain.count("{") == plain.count("}")
        assert text.count("\\begin") == text.count("\\end")
    head, *_ = (line for line in table.latex().splitlines() if line.startswith(" & "))
    assert head.count(" & ") == len(table.classes)
    assert len(table.latex().splitlines()) == len(table.irreps) + 7


# Subgroups

SUBGROUPS_OF_S_3 = """\
S_3: 6 subgroups in 4 classes

order  conjugates  normal  generators
    1           1     yes  -
    2           3      no  (1 2)
    3           1     yes  (0 1 2)
    6           1     yes  (0 1 2), (1 2)"""


@at("width", [60, 100], indirect=True)
def test_classes_of_subgroups(width):
    assert str(S3.subgroup_classes()) == SUBGROUPS_OF_S_3


def test_classes_of_subgroups_in_other_forms():
    classes = S3.subgroup_classes()
    assert repr(classes) == "<4 classes of subgroups of S_3>"
    assert str(classes[1]) == "subgroups of order 2, 3 conjugates, generators 1"
    assert str(classes[0]) == "subgroups of order 1, 1 conjugate, generators none"
    assert (
        classes.latex()
        == r"""
\begin{tabular}{rrrl}
\toprule
order & conjugates & normal & generators \\
\midrule
1 & 1 & yes &  \\
2 & 3 & no & $(1\ 2)$ \\
3 & 1 & yes & $(0\ 1\ 2)$ \\
6 & 1 & yes & $(0\ 1\ 2), (1\ 2)$ \\
\bottomrule
\end{tabular}""".lstrip()
    )
    assert classes.markdown().splitlines()[-1] == "| 6 | 1 | yes | (0 1 2), (1 2) |"
    assert cells(classes._repr_html_())[2] == ["2", "3", "no", "(1 2)"]
    frame = classes.to_frame()
    assert frame.columns.tolist() == ["order", "conjugates", "normal", "generators"]
    assert frame.generators.tolist() == [[], ["(1 2)"], ["(0 1 2)"], ["(0 1 2)", "(1 2)"]]
    assert SubgroupClasses().to_frame().shape == (0, 4)


def test_classes_of_subgroups_are_a_tuple():
    classes = S3.subgroup_classes()
    assert classes == tuple(classes)
    assert hash(classes) == hash(tuple(classes))
    restored = pickle.loads(pickle.dumps(classes))
    assert restored == classes
    assert str(restored) == str(classes)
    assert str(subgroup_classes(S3.cayley_table)).splitlines()[0] == "6 subgroups in 4 classes"


def test_long_lists_are_shortened_in_text_and_whole_elsewhere():
    classes = named_group("C2 x C2 x C2 x C2").subgroup_classes()
    assert len(classes) == 67
    assert len(str(classes).splitlines()) == 3 + ROWS_SHOWN + 2
    assert str(classes).splitlines()[-1] == "7 more"
    assert cells(classes._repr_html_())[-1] == ["7 more"]
    assert len(classes.markdown().splitlines()) == 2 + 2 + 67
    assert len(classes.latex().splitlines()) == 6 + 67


# Recognitions


def test_a_recognition_is_short():
    found = recognise(SymmetricGroup(5).cayley_table)
    assert (
        str(found)
        == """\
a group of order 120
isomorphic to S_5
120 orders of its elements match; one is (), (3 4), (2 3),
  (2 3 4), (2 4 3), (2 4), (1 2), (1 2)(3 4), ... (112 more)"""
    )
    assert repr(found) == "<recognised as S_5, order 120>"
    frame = found.to_frame()
    assert frame.shape == (120, 3)
    assert frame.element.tolist() == [found.group.element_name(i) for i in range(120)]
    assert frame.loc[3].tolist() == ["(2 3 4)", 3, "(3,1,1)"]


@at("seed", range(4))
def test_a_line_of_a_recognition_ends_between_elements(seed):
    order = np.random.default_rng(seed).permutation(120)
    lines = str(recognise(SymmetricGroup(5).reordered(order).cayley_table)).splitlines()
    assert max(map(len, lines)) <= 60
    assert all(line.count("(") == line.count(")") for line in lines)


def test_a_recognition_without_a_name():
    modular = PermutationGroup([[1, 2, 3, 4, 5, 6, 7, 0], [0, 5, 2, 7, 4, 1, 6, 3]])
    found = recognise(modular.cayley_table)
    assert (
        str(found)
        == """\
a group of order 16
isomorphic to no group known by name; 10 classes"""
    )
    assert repr(found) == "<no group known by name, order 16>"
    assert found.to_frame().element.tolist() == list(map(str, range(16)))
    assert ElementTree.fromstring(found._repr_html_()).text == str(found)
