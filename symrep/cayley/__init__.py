"""Groups as Cayley tables: subgroups, isomorphisms. Arrays in, arrays out."""
