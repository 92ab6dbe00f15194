"""GitHub's API asked: pages, limits, failures, redirects; nothing goes to another host."""

from __future__ import annotations

import json

import httpx
import pytest

from fraudscore.connectors import CONNECTORS
from fraudscore.connectors.connector import Connector
from fraudscore.connectors.github import reader
from fraudscore.connectors.github_site import PAGES_MAX, SECONDARY_WAIT, GitHubSite
from fraudscore.errors import InputError
from tests.imports import EXPORTS, LOGIN, command, options, profiles, read


class Host:
    """A stand-in for the site: answers by path and query, in turn where there are several."""

    def __init__(self):
        self.asked, self.waits, self.answers = [], [], {}
        folder = EXPORTS / "github"
        user, repos, events, kettle, teapot = (
            json.loads((folder / f"{name}.json").read_text())
            for name in ("user", "repos", "events", "commits-kettle", "commits-teapot")
        )
        home = f"/users/{LOGIN}"
        second = f'<https://api.github.com{home}/repos?type=owner&per_page=100&page=2>; rel="next"'
        self.put(home, user)
        self.put(f"{home}/repos?type=owner&per_page=100", repos[:2], link=second)
        self.put(f"{home}/repos?type=owner&per_page=100&page=2", repos[2:])
        self.put(f"{home}/events/public?per_page=100", events)
        self.put(self.commits("kettle"), kettle)
        self.put(self.commits("teapot"), teapot)
        self.put(f"/repos/{LOGIN}/saucers/commits?author={LOGIN}&per_page=100", [], status=409)

    @staticmethod
    def commits(name):
        return f"/repos/{LOGIN}/{name}/commits?per_page=100"

    def put(self, path, body, status=200, **headers):
        headers = {"date": "Fri, 01 May 2026 10:00:00 GMT", "etag": f'"{path}"', **headers}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.setdefault(path, []).insert(0, (status, headers, content))

    def __call__(self, request):
        assert request.headers["authorization"] == "Bearer secret"
        assert request.url.host == "api.github.com"
        path = request.url.raw_path.decode()
        self.asked.append(path)
        queue = self.answers[path]
        status, headers, content = queue[0] if len(queue) == 1 else queue.pop(0)
        if isinstance(status, Exception):
            raise status
        if status == 200 and request.headers.get("if-none-match") == headers["etag"]:
            return httpx.Response(304, headers=headers)
        return httpx.Response(status, headers=headers, content=content)

    def read(self, cache=None):
        site = GitHubSite(transport=httpx.MockTransport(self), wait=self.waits.append)
        return read(reader(site), LOGIN, options(person=None, token="secret", cache=cache))


def test_an_account_is_asked_for_page_by_page():
    host = Host()
    [found], report = host.read()
    [saved], _ = read("github", EXPORTS / "github", person=None)
    code = found["code"]
    assert code.pop("last_seen_at") == "2026-05-01T10:00:00Z"
    saved["code"].pop("last_seen_at")
    assert code == saved["code"]
    assert (len(host.asked), host.waits, report.lost) == (7, [], 0)


def test_the_command_asks_with_the_token_of_the_variable(tmp_path, monkeypatch):
    host = Host()
    site = GitHubSite(transport=httpx.MockTransport(host), wait=host.waits.append)
    live = Connector("github", "", reader(site), live=True)
    monkeypatch.setitem(CONNECTORS, "github", live)
    monkeypatch.setenv("TOKEN_HERE", "secret")
    out = tmp_path / "o.jsonl"
    command(tmp_path, "import", "github", LOGIN, "-o", out, "--token-env", "TOKEN_HERE")
    [found] = profiles(out)
    assert found["as_of"] == "2026-05-01T10:00:00Z"
    assert (
        "--token-env"
        in command(tmp_path, "import", "github", "nobody-here", "-o", out, code=2).stderr
    )
    assert (
        "no GitHub login"
        in command(tmp_path, "import", "github", "no/file.json", "-o", out, code=2).stderr
    )


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    host = Host()
    host.put(host.commits("kettle"), b"", status=502)
    host.answers[host.commits("kettle")] = host.answers[host.commits("kettle")][:1]
    with pytest.raises(InputError, match="--cache DIR it goes on"):
        host.read(tmp_path / "cache")
    assert host.waits == [1, 2, 4, 8, 16]
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "cache").iterdir())
    again = Host()
    [found], _ = again.read(tmp_path / "cache")
    assert len(found["code"]["commits"]) == 30
    [third], _ = again.read(tmp_path / "cache")
    assert third == found
    for file in (tmp_path / "cache").iterdir():
        file.write_text('{"body": ')
    assert again.read(tmp_path / "cache")[0] == [found]


@pytest.mark.parametrize(
    ("status", "headers", "body", "wait"),
    [
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1777629720"}, b"{}", 121),
        (403, {"x-ratelimit-remaining": "0"}, b"{}", SECONDARY_WAIT),
        (429, {"retry-after": "17"}, b"{}", 17),
        (403, {}, b'{"message": "You have exceeded a secondary rate limit."}', SECONDARY_WAIT),
        (500, {}, b"", 1),
        (httpx.ReadTimeout("slow"), {}, b"", 1),
        (httpx.ConnectError("down"), {}, b"", 1),
    ],
)
def test_limits_and_passing_failures_are_waited_for(status, headers, body, wait):
    host = Host()
    host.put(host.commits("kettle"), body, status, **headers)
    [found], report = host.read()
    assert host.waits == [wait]
    assert len(found["code"]["commits"]) == 30
    assert not report.lost


def test_a_limit_of_hours_ends_the_run():
    host = Host()
    host.put(host.commits("kettle"), b"", 403, **{"retry-after": "86400"})
    with pytest.raises(InputError, match="run it again later"):
        host.read()
    assert host.waits == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (404, {}, b"{}", "is refused (404)"),
        (451, {}, b"{}", "is refused (451)"),
        (403, {}, b"{}", "is refused (403)"),
        (301, {"location": "https://evil.example/"}, b"", "another host, 'evil.example'"),
        (301, {"location": "http://api.github.com/x"}, b"", "another host"),
        (301, {"location": f"/repos/{LOGIN}/kettle/commits?per_page=100"}, b"", "in circles"),
        (200, {"link": '<https://evil.example/2>; rel="next"'}, b"[]", "another host"),
        (200, {}, b"<html>", "is not JSON"),
        (200, {}, b"[" * 100_000, "is not JSON"),
        (200, {}, b" " * 2_000_000, "is larger than"),
    ],
)
def test_a_page_that_is_refused_is_told_and_the_rest_is_read(
    status, headers, body, said, monkeypatch
):
    monkeypatch.setattr("fraudscore.connectors.github_site.RESPONSE_MAX", 1_000_000)
    host = Host()
    host.answers[host.commits("kettle")] = []
    host.put(host.commits("kettle"), body, status, **headers)
    [found], report = host.read()
    assert said in str(report.rejected[0])
    assert len(found["code"]["commits"]) == 4
    assert host.waits == []


def test_a_moved_repository_is_followed_on_the_same_host():
    host = Host()
    moved = host.answers.pop(host.commits("kettle"))
    host.put(host.commits("kettle"), b"", 301, location="https://api.github.com/repositories/1")
    host.answers["/repositories/1"] = moved
    assert len(host.read()[0][0]["code"]["commits"]) == 30


def test_a_list_without_end_is_cut():
    host = Host()
    path = f"/users/{LOGIN}/events/public?per_page=100"
    host.answers[path] = []
    host.put(path, [], link=f'<https://api.github.com{path}>; rel="next"')
    _, report = host.read()
    assert host.asked.count(path) == PAGES_MAX
    assert report.ignored[f"pages beyond {PAGES_MAX} of a list"] == 1


@pytest.mark.parametrize(("status", "said"), [(401, "refuses the token"), (404, "check the login")])
def test_no_account_no_import(status, said):
    host = Host()
    host.answers[f"/users/{LOGIN}"] = []
    host.put(f"/users/{LOGIN}", b"{}", status)
    with pytest.raises(InputError, match=said):
        host.read()


def test_a_token_that_cannot_be_sent_is_told():
    with pytest.raises(InputError, match="token"):
        read(reader(GitHubSite()), LOGIN, options(token="se\ncret\u20ac"))
