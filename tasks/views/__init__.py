"""Pages of the units and inspectors below /work/, and the public's page of progress."""
