"""Read from the environment which CI job a run belongs to."""

from collections.abc import Mapping

from harness.events import Job

_MAX = 300


def job_of(variables: Mapping[str, str]) -> Job | None:
    """Return the job as its system names it; None where no system that we know is at work."""

    def value(name: str) -> str:
        return variables.get(name, "")[:_MAX]

    if value("GITHUB_ACTIONS") == "true":
        place = f"{value('GITHUB_SERVER_URL')}/{value('GITHUB_REPOSITORY')}"
        url = f"{place}/actions/runs/{value('GITHUB_RUN_ID')}"
        return Job("GitHub Actions", value("GITHUB_WORKFLOW"), value("GITHUB_RUN_NUMBER"), url)
    if value("GITLAB_CI") == "true":
        name = f"{value('CI_PROJECT_PATH')} {value('CI_JOB_NAME')}".strip()
        return Job("GitLab CI", name, value("CI_PIPELINE_IID"), value("CI_JOB_URL"))
    if value("JENKINS_URL"):
        return Job("Jenkins", value("JOB_NAME"), value("BUILD_NUMBER"), value("BUILD_URL"))
    return None
