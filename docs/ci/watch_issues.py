"""Keep one issue open for each cause that `harness watch` has open, and close the others.

Copy this file beside the template that calls it: python watch_issues.py watch/issues.json
It needs Python alone, and asks the CI system that it runs in, with the token of the job.
"""

import json
import os
import re
import sys
from urllib.request import Request, urlopen

LABEL = "contract-watch"
MOST_NEW = 20
"""Issues that one run opens at most; the rest follows with the next run."""
MOST_PAGES = 50
MARK = re.compile(r"harness-cause: ([0-9a-f]{12})")


class Tracker:
    """The issues of one project, by the interface of GitHub or GitLab."""

    def __init__(self, environ):
        self.is_github = environ.get("GITHUB_ACTIONS") == "true"
        if self.is_github:
            self.place = f"{environ['GITHUB_API_URL']}/repos/{environ['GITHUB_REPOSITORY']}/issues"
            self.headers = {"Authorization": f"Bearer {environ['GITHUB_TOKEN']}"}
        else:
            self.place = f"{environ['CI_API_V4_URL']}/projects/{environ['CI_PROJECT_ID']}/issues"
            self.headers = {"PRIVATE-TOKEN": environ["WATCH_ISSUES_TOKEN"]}

    def opened(self):
        """Return the number of each open issue of ours by the id of its cause."""
        state, number, text = (
            ("open", "number", "body") if self.is_github else ("opened", "iid", "description")
        )
        found = {}
        for page in range(1, MOST_PAGES + 1):
            listed = self._ask("GET", f"?labels={LABEL}&state={state}&per_page=100&page={page}")
            for each in listed:
                if mark := MARK.search(each.get(text) or ""):
                    found[mark[1]] = each[number]
            if len(listed) < 100:
                break
        return found

    def open(self, cause):
        labels = [LABEL] if self.is_github else LABEL
        text = "body" if self.is_github else "description"
        self._ask("POST", "", {"title": cause["title"], text: body(cause), "labels": labels})

    def close(self, number, words):
        if self.is_github:
            self._ask("POST", f"/{number}/comments", {"body": words})
            self._ask("PATCH", f"/{number}", {"state": "closed"})
        else:
            self._ask("POST", f"/{number}/notes", {"body": words})
            self._ask("PUT", f"/{number}", {"state_event": "close"})

    def _ask(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        headers = {**self.headers, "Content-Type": "application/json"}
        with urlopen(
            Request(self.place + path, data, headers, method=method), timeout=30
        ) as answer:
            return json.load(answer)


def body(cause):
    """Return the text of an issue; set in, words from outside mention nobody and link nowhere."""
    words = (cause["operation"], cause["sentence"], cause["rate"], *cause["cases"], cause["replay"])
    lines = "\n".join(f"    {each}" for each in words if each)
    return (
        f"`harness watch` has seen this since {cause['first'][:10]}, in {cause['reach']} case(s). "
        f"It is closed when the cases pass.\n\n{lines}\n\n<!-- harness-cause: {cause['id']} -->\n"
    )


def main(path, environ):
    """Open and close; what is open already stays as it is, so that a run may be repeated."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    tracker = Tracker(environ)
    there = tracker.opened()
    wanted = {each["id"]: each for each in (*told["opened"], *told["still"])}
    new = [each for name, each in wanted.items() if name not in there]
    for cause in new[:MOST_NEW]:
        tracker.open(cause)
    gone = [number for name, number in there.items() if name not in wanted]
    for number in gone:
        tracker.close(number, f"Not seen any more in the run {told['run']}.")
    print(f"{min(len(new), MOST_NEW)} opened, {len(gone)} closed, {len(wanted)} causes")


if __name__ == "__main__":
    main(sys.argv[1], os.environ)
