"""Labels from and to other programs: what a row looks like in each of them, and the way through."""
