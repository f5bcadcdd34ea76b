"""Pages of brands and of standards."""
