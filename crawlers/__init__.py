"""Sources to posts: declared sources, a Scrapy project with one spider a kind, run as subprocesses."""
