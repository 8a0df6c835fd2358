"""Assignments (任务分工): what each unit owes, how it stands, what a person has to do now, and the map of all of them (进度图)."""
