"""Submissions aimed at whoever looks at the results: a browser, a terminal, a spreadsheet."""

from tests.attacks.attack import TOTAL, Attack

SCRIPT = "<script>owned()</script><img src=x onerror=owned()>"
ESCAPES = "\\x1b]0;owned\\x07\\x1b[2J\\x1b[31mowned\\x9b31m\\r\\b"


ATTACKS = (
    Attack(
        "script-in-a-message",
        "Raises, prints and displays scripts, so that they run in the page of feedback.",
        f"""
text = {SCRIPT!r}
print(text)
display({{"text/html": text, "application/javascript": "owned()", "image/svg+xml": "<svg onload=owned()>"}}, raw=True)
def double(x):
    raise ValueError({SCRIPT!r})
""",
    ),
    Attack(
        "script-in-a-cell",
        "The same while the cell runs, from a line, in a function and with a type that are called so.",
        f"""
def double(x): raise ValueError({SCRIPT!r})
def raise_(): raise type({SCRIPT!r}, (ValueError,), {{}})({SCRIPT!r} + "</pre></code></body>")
raise_.__code__ = raise_.__code__.replace(co_name={SCRIPT!r}, co_qualname={SCRIPT!r})
raise_()  # {SCRIPT}
""",
        total=TOTAL,
    ),
    Attack(
        "template",
        "Raises what a template engine, or the terminal's markup, would carry out.",
        """
def double(x):
    raise ValueError("{{ 7*191 }} {% for x in y %} ${7*191} [bold red]owned[/bold red] [link=file:///]x[/link] %s %n")
""",
    ),
    Attack(
        "escapes",
        "Raises and prints sequences that rename, recolour and clear a terminal.",
        f"""
print("{ESCAPES}")
def double(x):
    raise ValueError("{ESCAPES} \\u202eowned\\u2066")
""",
    ),
    Attack(
        "surrogates",
        "Raises half a character, a null and a message that cannot be written as UTF-8.",
        "def double(x):\n    raise ValueError('\\ud800\\udfff\\x00\\uffff')",
    ),
    Attack(
        "very-long-message",
        "Raises a message, and is called by a name, of a hundred thousand characters.",
        "def double(x):\n    raise type('X' * 100_000, (Exception,), {})('y' * 100_000)",
    ),
    Attack(
        "=HYPERLINK(1,2)", "Is called as a spreadsheet's formula is, which would run in the instructor's.", deserves=7
    ),
    *(
        Attack(name, tries, deserves=None, status=("unreadable",), edit=lambda made: b"")
        for name, tries in {
            "+1+cmd": "Is called as a spreadsheet's formula is, with a plus.",
            "-2+cmd": "The same with a minus.",
            "@SUM(1)": "The same with an at.",
            "<img src=x onerror=owned()>": "Is called as an element of HTML that runs a script.",
            "[bold]owned[-bold]": "Is called as markup of the terminal.",
            "{{ 7*191 }}": "Is called as a template's expression.",
            "--out=owned": "Is called as an option of a command.",
            "a" * 200: "Has a name as long as a file system bears.",
            "x;touch owned": "Is called as a shell's command.",
            "\x1b[2Jowned": "Has escape sequences in its name.",
            "line\nbreak,100,100,graded": "Has a line of the score sheet in its name.",
            "..": "Is called as the folder above.",
            "\u202egnp.x": "Turns the direction of reading in its name.",
        }.items()
    ),
)
