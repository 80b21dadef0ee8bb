"""GAP, as a library of Sage's wheels."""

from __future__ import annotations

from collections.abc import Callable

import sage.all__sagemath_combinat  # noqa: F401
from sage.libs.gap.libgap import libgap

from benchmarks.programs import Outcome, answers, main, measure


def characters(n: int) -> Outcome:
    libgap.LoadPackage("ctbllib")

    def work():
        table = libgap.CharacterTable("Symmetric", n)
        return table, libgap.Irr(table)

    (table, irreducible), outcome = measure(work)
    row = {tuple(label[1].sage()): i for i, label in enumerate(libgap.CharacterParameters(table))}
    classes = [tuple(label[1].sage()) for label in libgap.ClassParameters(table)]
    columns = sorted(range(len(classes)), key=classes.__getitem__)

    def value(label: answers.Label) -> list[int]:
        values = libgap.ValuesOfClassFunction(irreducible[row[label]]).sage()
        return [values[column] for column in columns]

    outcome.answer = answers.digest_of_characters(n, value)
    return outcome


def character(which: int) -> Outcome:
    label, cycle_type = answers.SINGLE_VALUES[which]
    beta, parts = libgap.BetaSet(list(label)), list(cycle_type)
    value, outcome = measure(lambda: libgap.CharValueSymmetric(sum(label), beta, parts), 9)
    outcome.answer = str(value)
    return outcome


def _group(name: str):
    generators = [[i + 1 for i in images] for images in answers.PERMUTATIONS[name]]
    return libgap.Group([libgap.PermList(images) for images in generators])


def table_of_group(name: str) -> Outcome:
    def work():
        table = libgap.CharacterTable(_group(name))
        return table, libgap.IrrDixonSchneider(libgap.UnderlyingGroup(table))

    (table, irreducible), outcome = measure(work)
    sizes = map(int, libgap.SizesConjugacyClasses(table))
    orders = map(int, libgap.OrdersClassRepresentatives(table))
    outcome.answer = [
        sorted(map(list, zip(sizes, orders, strict=True))),
        sorted(int(libgap.DegreeOfCharacter(chi)) for chi in irreducible),
    ]
    return outcome


def subgroups(name: str) -> Outcome:
    classes, outcome = measure(lambda: libgap.ConjugacyClassesSubgroups(_group(name)))
    outcome.answer = sorted(
        [int(libgap.Size(libgap.Representative(c))), int(libgap.Size(c))] for c in classes
    )
    return outcome


PROGRAMS: dict[str, Callable[..., Outcome]] = {
    "characters": characters,
    "character": character,
    "table of a group": table_of_group,
    "subgroups": subgroups,
}

if __name__ == "__main__":
    main(PROGRAMS)
