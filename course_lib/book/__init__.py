"""Building the rendered book: ``build`` executes the chapters and writes the pages.

Needs the extra ``book``; nothing else in ``course_lib`` imports this package.
"""
