"""An item (公开信息) from a unit's draft to its withdrawal: its texts and files, each act of its life, the pages on which people act."""
