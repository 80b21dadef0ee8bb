"""Integer partitions, standard Young tableaux and permutations."""
