"""A page in the browser on which a person labels collected lines; served on this computer only."""
