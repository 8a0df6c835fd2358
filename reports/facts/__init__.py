"""The numbers and names of a report as of the end of a day, each read so that the same day gives the same ever after."""
