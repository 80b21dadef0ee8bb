"""What is measured on a trained network, against exact characters and irreps."""
