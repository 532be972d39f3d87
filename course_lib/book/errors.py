"""What can go wrong with a book, said in words for the person who writes it."""


class BookError(Exception):
    """The book cannot be built; the message says where and why."""
