"""One file per way to reach somebody."""
