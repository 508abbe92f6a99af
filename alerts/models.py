"""Incidents with their history, clocks and plans; recipients; the outbox."""

from django.db import models

from accounts.kept import Kept
from alerts.units import unit_told
from monitor.models import Finding, Policy


class Level(models.IntegerChoices):
    I = 1, "Ⅰ 特别重大"  # noqa: E741 - the level's own name
    II = 2, "Ⅱ 重大"
    III = 3, "Ⅲ 较大"
    IV = 4, "Ⅳ 一般"


class State(models.TextChoices):
    FOUND = "found", "待研判"
    CONFIRMED = "confirmed", "已研判"
    HANDLING = "handling", "处置中"
    ANSWERED = "answered", "已回应"
    CLOSED = "closed", "已办结"
    DISMISSED = "dismissed", "不作舆情处置"


OPEN_STATES = (State.FOUND, State.CONFIRMED, State.HANDLING, State.ANSWERED)


class Unit(models.Model):
    """A responsible unit and its duty phone."""

    name = models.CharField("责任单位", max_length=128, unique=True)
    phone = models.CharField("值班电话", max_length=64, blank=True)
    topics = models.JSONField("领域", default=list, blank=True)
    region = models.CharField("地区", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任单位"

    def __str__(self) -> str:
        return self.name


class Recipient(models.Model):
    """Somebody who is told. `least_level`: told of this level and graver ones."""

    name = models.CharField("姓名或岗位", max_length=64)
    email = models.EmailField("邮箱", unique=True)
    enabled = models.BooleanField("启用", default=True)
    alerts = models.BooleanField("收预警", default=True)
    digest = models.BooleanField("收日报", default=True)
    duty = models.BooleanField("值班员（收轻生风险提醒）", default=False)
    least_level = models.IntegerField("最低级别", choices=Level.choices, default=Level.IV)

    class Meta:
        verbose_name = verbose_name_plural = "收件人"

    def __str__(self) -> str:
        return self.name


class PlanTemplate(models.Model):
    """A prepared plan (预案): Markdown with Jinja2. `text` is that of `version`."""

    slug = models.SlugField("编号", primary_key=True, max_length=64)
    name = models.CharField("预案", max_length=64)
    text = models.TextField("正文")
    version = models.PositiveIntegerField("版本", default=1)
    topics = models.JSONField("适用领域词", default=list, blank=True)  # words by which it is chosen

    class Meta:
        verbose_name = verbose_name_plural = "预案"

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版本")
    text = models.TextField("正文")
    by = models.CharField("修改人", max_length=150)
    at = models.DateTimeField("修改时间")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="plan_version")]


class Incident(models.Model):
    """A matter somebody must look at. `discovered_at` starts every clock (发现或接报)."""

    number = models.CharField("编号", max_length=32, unique=True)  # 2019-0802-01
    title = models.CharField("标题", max_length=300)
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.FOUND, db_index=True)
    kind = models.CharField("发现方式", max_length=16, choices=Finding.Kind.choices)
    suggested_level = models.IntegerField("建议级别", choices=Level.choices, default=Level.IV)
    level = models.IntegerField("认定级别", choices=Level.choices, null=True)
    # The suggestion, where it rose above the confirmed level since that was confirmed; confirming again settles it.
    raised_level = models.IntegerField("建议升为", choices=Level.choices, null=True)
    emergency = models.BooleanField("涉及特别重大、重大突发事件", null=True)
    discovered_at = models.DateTimeField("发现或接报")
    explanation = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    risk = models.JSONField(default=dict)
    # What the suggestion rests on (monitor.situation); {} where an earlier version kept none
    situation = models.JSONField(default=dict)
    events = models.JSONField(default=list)
    watchlist_name = models.CharField("监测方案", max_length=64, blank=True)
    watchlist_version = models.PositiveIntegerField(null=True)
    policy = models.ForeignKey(Policy, null=True, on_delete=models.SET_NULL)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL)
    plan = models.ForeignKey(PlanTemplate, null=True, on_delete=models.SET_NULL)
    # The first answer in public, and the first by a press conference: what was answered stays answered, whichever
    # deadlines a change of mind starts afterwards.
    answered_at = models.DateTimeField("首次回应", null=True)
    press_at = models.DateTimeField("首次新闻发布会", null=True)
    last_told = models.DateTimeField(null=True)
    paused_until = models.DateTimeField("暂停提醒至", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "舆情"
        ordering = ["-discovered_at", "-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def effective_level(self) -> Level:
        return Level(self.level or self.suggested_level)

    @property
    def told(self) -> str:
        """The explanation as it stays true: with the end of what was counted. 最近 24 小时 is true only when found."""
        return str((self.facts or {}).get("told") or self.explanation)

    @property
    def assigned(self) -> bool:
        """Whether a person handed it to its unit; before that, the unit is a guess."""
        if self.state == State.DISMISSED:
            return self.steps.filter(act="assign").exists()
        return self.state in (State.HANDLING, State.ANSWERED, State.CLOSED)

    @property
    def unit_told(self) -> str:
        """市教育局, 市教育局（建议，未交办）, or "" for none."""
        return unit_told(self.unit.name, self.assigned) if self.unit else ""


class IncidentFinding(models.Model):
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="findings")
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT)


class IncidentPost(models.Model):
    """A post copied, masked, into the incident, so that retention does not take the evidence."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="posts")
    post_id = models.CharField(max_length=64)
    # {url, title, text, source, source_name, publisher, kind, published_at, region, matter, sentiment, reply,
    # replied_at, copy_of}
    snapshot = models.JSONField()
    published_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = [models.F("published_at").desc(nulls_last=True), "post_id"]  # or each database has its own
        constraints = [models.UniqueConstraint(fields=["incident", "post_id"], name="incident_post")]


class IncidentStep(Kept):
    """History; rows are only ever added."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)  # a user's name, or 系统
    act = models.CharField(max_length=32)  # found, joined, confirm, dismiss, assign, answer, close, told, ...
    state = models.CharField(max_length=16, choices=State.choices)
    what = models.TextField()

    class Meta:
        ordering = ["at", "id"]


class Clock(models.Model):
    """A running deadline of an incident, from a preset (alerts.clocks)."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="clocks")
    slug = models.SlugField(max_length=32)  # answer_48h, authoritative_5h, press_24h
    name = models.CharField(max_length=64)
    basis = models.CharField("依据", max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # it no longer applies; what was late by then stays late
    reminded_at = models.DateTimeField(null=True)  # that it is overdue was told

    @property
    def running(self) -> bool:
        return self.met_at is None and self.stopped_at is None

    class Meta:
        ordering = ["ends_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "slug"], name="incident_clock")]


class FilledPlan(models.Model):
    """应对处置方案: a plan filled for an incident. `fault` is set where the template failed and `text` is plain.
    `kept` False: no act called for it and nobody was sent it, so that the next one takes its place."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="filled_plans")
    number = models.PositiveIntegerField()
    template_name = models.CharField(max_length=64)
    template_version = models.PositiveIntegerField(null=True)
    text = models.TextField()
    fault = models.TextField(blank=True)
    at = models.DateTimeField()
    kept = models.BooleanField(default=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="filled_plan")]


class Delivery(models.Model):
    """One mail to one recipient: a row of the outbox. `natural_key` says what it is, once and for all."""

    class Kind(models.TextChoices):
        ALERT = "alert", "预警"
        UPDATE = "update", "续报"
        LIFE = "life", "轻生风险提醒"
        DIGEST = "digest", "日报"

    class Status(models.TextChoices):
        DUE = "due", "待送"
        CLAIMED = "claimed", "正在送"
        SENT = "sent", "已送达"
        REFUSED = "refused", "被拒收"
        FAILED = "failed", "未送达"
        WITHDRAWN = "withdrawn", "已撤回"  # what it told of is over, or its recipient was disabled

    kind = models.CharField(max_length=16, choices=Kind.choices)
    natural_key = models.CharField(max_length=200, unique=True)  # alert:2019-0802-01:1:press@x
    incident = models.ForeignKey(Incident, null=True, on_delete=models.CASCADE, related_name="deliveries")
    address = models.EmailField()
    message_id = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list)  # [{name, base64}]
    full = models.BooleanField(default=False)  # whether content may be in it (allow-listed domain)
    # What the mail told of its incident; decide.py asks when the next is due.
    level = models.IntegerField("级别", choices=Level.choices, null=True)
    posts = models.PositiveIntegerField("条数", null=True)
    made_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DUE)
    due_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=128, blank=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["status", "due_at"])]


class Digest(models.Model):
    """日报 of a day: what was collected from the day before at 08:00 to this day at 08:00."""

    day = models.DateField(unique=True)
    content = models.JSONField()
    # Which posts and answers it read (alerts.digest_counts.Told), so that what is written later, under an earlier
    # time, comes into the next one. None where that can no longer matter, or was not kept yet.
    told = models.BinaryField(null=True)
    made_at = models.DateTimeField()
