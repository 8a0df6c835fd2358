"""The snapshot (快照): a report's numbers and names, frozen when it is asked for."""
