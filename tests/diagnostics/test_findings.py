from course_lib.diagnostics import CHECKLIST, Finding, Report
from course_lib.diagnostics.rules import RULES

REPORT = Report(
    findings=(
        Finding("plateau", "the loss stays at 0.5 <b> & on", "go on with a tenth", "anneal"),
        Finding("dead ReLUs", "60% are zero", "count them", "a lower rate"),
    ),
    skipped=(("overfitting", "needs a <valid> part"),),
    passed=("divergence",),
)


def test_a_report_is_iterable_in_order_and_knows_what_it_holds():
    assert [finding.name for finding in REPORT] == ["plateau", "dead ReLUs"]
    assert len(REPORT) == 2
    assert "plateau" in REPORT
    assert "divergence" not in REPORT


def test_a_printed_report_has_evidence_test_and_cure_of_each_finding_and_what_was_not_looked_at():
    text = str(REPORT)
    assert text.index("1. plateau") < text.index("go on with a tenth") < text.index("2. dead ReLUs")
    assert "needs a <valid> part" in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_notebook_table_escapes_what_it_shows():
    table = REPORT._repr_html_()
    assert "the loss stays at 0.5 &lt;b&gt; &amp; on" in table
    assert "needs a &lt;valid&gt; part" in table
    assert "<b>" not in table


def test_a_clean_report_says_so():
    clean = Report((), (), ("plateau",))
    assert "Nothing found." in str(clean)
    assert "Nothing found." in clean._repr_html_()


def test_every_line_of_the_checklist_has_its_rule():
    assert [entry.name for entry in CHECKLIST] == list(RULES)
