"""Groups as Cayley tables: classes, subgroups, isomorphisms. Arrays in, arrays out."""
