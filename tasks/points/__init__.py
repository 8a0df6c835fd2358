"""The points of a notice while they are worked on: cut and compared, names resolved to units, work divided among them."""
