"""The notice of work points (工作要点通知): read (`reading`), corrected beside its text, issued, amended, carried over into the next year."""
