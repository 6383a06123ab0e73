"""The difference between what is wanted and what stands, its brakes, and the conditional writes."""
