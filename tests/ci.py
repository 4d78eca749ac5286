"""In continuous integration a check that is skipped for want of a service, a browser or named data is a failed one."""

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    marks = ("service", "browser", "data") if os.environ.get("FRONTDESK_DATA") else ("service", "browser")
    needed = [mark for mark in marks if item.get_closest_marker(mark)]
    if os.environ.get("CI") == "true" and report.skipped and needed and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI=true allows no skip of {needed[0]}: {call.excinfo.value}"
    return report
