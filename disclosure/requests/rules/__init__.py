"""What the law and its tables say about an application, without any record: its day of receipt, the list of answers, the ways of
delivery, the fees, the remedies. No rule is chosen by today's date: it is that of the day on which the application was received."""
