"""One submission examined: its kernel asked, its answers held against the hidden tests."""
