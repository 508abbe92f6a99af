"""The demo: an invented city, its web sites, its mailbox, and two weeks of Minsheng's work played quickly."""
