"""What threatens a call, and how calls went: rules, evidence, outcomes, ratings. Pure: no clock, no I/O."""
