"""What each grading imports and looks up on its way: processes that are forked after this was imported find it done."""

import importlib

from jupyter_client.provisioning.factory import KernelProvisionerFactory

# nbval with all that it needs, most of all.
for _name in (
    *("course_lib.grading.examination.examine", "course_lib.assignments.nbval_records", "nbval.plugin"),
    "IPython.utils.capture",
):
    importlib.import_module(_name)

# It reads the list of everything that is installed.
KernelProvisionerFactory.instance()
