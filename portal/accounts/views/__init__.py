"""Pages of people: one's own account, and the administrators' people pages."""
