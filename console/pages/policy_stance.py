"""判读立场: ten posts at random about a policy, each read as for it, against it or neither."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import needs, user_of
from accounts.models import Role
from archive.language import QueryError
from archive.post import Post
from console.archive import archive
from console.pages.clock import now as clock_of
from console.pages.methods import methods
from monitor import policy_stance
from monitor.models import Policy, PolicyStance

SHOWN = 400  # characters of a post


@methods("GET", "POST")
@needs(Role.OFFICER)
def stance(request: HttpRequest, identity: int) -> HttpResponse:
    """Only posts that were offered are taken: those about this policy."""
    policy, now = get_object_or_404(Policy, pk=identity), clock_of(request)
    try:
        posts = policy_stance.spoken(archive(), policy, now)
    except QueryError as error:
        messages.error(request, f"检索式有误：{error}。")
        return redirect("policy", identity)
    if request.method == "POST":
        said = {post.id: request.POST.get(f"s_{post.id}", "") for post in posts if f"s_{post.id}" in request.POST}
        kept = policy_stance.note(policy, said, by=user_of(request), now=now)
        messages.success(request, f"已记下 {kept} 条。" if kept else "没有新的选择，什么也没有记。")
        return redirect("policy_stance", identity)
    context = {
        "policy": policy,
        "posts": [(post, _text(post), "") for post in policy_stance.to_read(policy, posts)],
        "done": [(post, _text(post), said) for post, said in policy_stance.last_read(policy, posts)],
        "choices": PolicyStance.Stance.choices,
        "sample": policy_stance.sample(policy, posts),
        "enough": policy_stance.ENOUGH,
    }
    return render(request, "policy_stance.html", context)


def _text(post: Post) -> str:
    text = " ".join(post.text.split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
