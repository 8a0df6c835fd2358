"""Excel and CSV: workbooks that people send, read in the sandbox, and tables that the portal writes."""
