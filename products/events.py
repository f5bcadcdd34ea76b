"""What people are told about products: each room of this action brings its own."""

from products.calls import events as calls  # noqa: F401
