"""Work that passes on: from a person who leaves (人员交接), from a unit that ends (机构改革)."""
