"""People's whole stories in a real browser, on a phone's width and on a desk's."""
