"""Scrapy settings: slow, bounded, honest. What a job adds is in crawlers.run."""

from typing import Any

MOST_BYTES = 8 * 1024 * 1024
TIMEOUT_SECONDS = 20

SETTINGS: dict[str, Any] = {
    "BOT_NAME": "minsheng",
    "LOG_LEVEL": "ERROR",
    "LOG_VERSIONS": [],
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "MEMUSAGE_ENABLED": False,
    "LOGSTATS_INTERVAL": 0,
    "STATS_DUMP": False,
    # A proxy would connect where the address check cannot see.
    "HTTPPROXY_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_MAX_DELAY": 30.0,
    "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
    "CONCURRENT_REQUESTS": 4,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_MAXSIZE": MOST_BYTES,
    "DOWNLOAD_WARNSIZE": MOST_BYTES,
    "DOWNLOAD_TIMEOUT": TIMEOUT_SECONDS,
    "DNS_TIMEOUT": 10,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 1,
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
    # Not on a timeout: what took 20 s once would take them again.
    "RETRY_EXCEPTIONS": [
        "scrapy.exceptions.DownloadConnectionRefusedError",
        "scrapy.exceptions.DownloadFailedError",
        "scrapy.exceptions.ResponseDataLossError",
    ],
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8",
        "Accept-Language": "zh-CN,zh;q=0.9",
    },
    "DOWNLOADER_MIDDLEWARES": {
        "crawlers.addresses.AddressMiddleware": 40,
        "crawlers.robots.RecordedRobots": 100,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    },
    "TWISTED_DNS_RESOLVER": "crawlers.addresses.CheckedResolver",
    "SPIDER_MODULES": ["crawlers.spiders"],
}

# For `scrapy` on the command line (scrapy.cfg), which reads module attributes.
globals().update(SETTINGS)
