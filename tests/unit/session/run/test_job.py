from harness.events import Job
from harness.session.run.folder import job_of


def test_github_is_known_by_its_variables() -> None:
    told = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "owner/repo",
        "GITHUB_RUN_ID": "4711",
        "GITHUB_RUN_NUMBER": "7",
        "GITHUB_WORKFLOW": "contract",
    }

    assert job_of(told) == Job(
        "GitHub Actions", "contract", "7", "https://github.example/owner/repo/actions/runs/4711"
    )


def test_gitlab_is_known_by_its_variables() -> None:
    told = {
        "GITLAB_CI": "true",
        "CI_PROJECT_PATH": "group/project",
        "CI_JOB_NAME": "contract 1/3",
        "CI_PIPELINE_IID": "7",
        "CI_JOB_URL": "https://gitlab.example/-/jobs/1",
    }

    assert job_of(told) == Job(
        "GitLab CI", "group/project contract 1/3", "7", "https://gitlab.example/-/jobs/1"
    )


def test_jenkins_is_known_by_its_variables() -> None:
    told = {
        "JENKINS_URL": "https://ci.example/",
        "JOB_NAME": "contract",
        "BUILD_NUMBER": "7",
        "BUILD_URL": "https://ci.example/job/contract/7/",
    }

    assert job_of(told) == Job("Jenkins", "contract", "7", "https://ci.example/job/contract/7/")


def test_a_run_by_hand_belongs_to_no_job() -> None:
    assert job_of({"GITHUB_ACTIONS": "false", "CI": "1"}) is None
