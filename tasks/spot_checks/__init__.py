"""What a spot check counts by: the draw that anybody can recompute, the score of a finding, the days for an objection."""
