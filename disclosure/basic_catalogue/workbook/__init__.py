"""The basic catalogue as an Excel workbook: as counties print it (`writing`), and read back (`reading`, `proposal`)."""
