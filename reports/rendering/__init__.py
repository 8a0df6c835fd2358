"""What the background makes of reports: PDFs, booklets, and the periodic reports that nobody asks for."""
