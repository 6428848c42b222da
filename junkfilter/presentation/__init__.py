"""What people look at: a page with its cuts marked, a report on a model. Judges nothing."""
