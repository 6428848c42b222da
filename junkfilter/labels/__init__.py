"""Lines that people look at: which are worth it, what people said of them, and nothing lost."""
