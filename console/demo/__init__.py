"""The demo: an invented city, its web sites, its mailbox, and ten days of Minsheng's work played quickly."""
