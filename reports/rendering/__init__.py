"""Rendering in the background: claims with lease and fence, RQ's workers, bounds on time and memory, booklets, periodic reports."""
