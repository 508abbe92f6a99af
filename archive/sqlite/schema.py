"""Tables of the archive's file, and opening it: new, current, of an older fold, or not ours at all.

`ord` is the order (archive.post.order_of). `posts` is wide; `facts` is narrow, for the columns held in memory; `seq`
counts write transactions, `born` is the seq a post came with.
"""

import sqlite3

from archive.fold import FOLD_VERSION
from archive.sqlite.connect import Database
from archive.sqlite.pairs import add_reply, add_text
from archive.store import ArchiveError

SCHEMA_VERSION = 1
APPLICATION = 0x4D534131  # "MSA1"

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE names (dimension TEXT, code INTEGER, text TEXT, PRIMARY KEY (dimension, text)) WITHOUT ROWID;
CREATE TABLE posts (
    ord INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, source TEXT NOT NULL, collected_at INTEGER NOT NULL, publisher TEXT NOT NULL, speaker TEXT,
    published_at INTEGER, published_precision TEXT NOT NULL, region TEXT NOT NULL, doc_number TEXT NOT NULL,
    reply TEXT NOT NULL, replied_at INTEGER, likes INTEGER, comments INTEGER, shares INTEGER,
    revision INTEGER NOT NULL, marked_revision INTEGER, changed_at INTEGER NOT NULL, text_source TEXT NOT NULL
);
CREATE INDEX posts_changed ON posts (changed_at);
CREATE INDEX posts_collected ON posts (collected_at);
CREATE INDEX posts_unmarked ON posts (changed_at) WHERE marked_revision IS NULL;
CREATE TABLE marks (ord INTEGER PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE tagged (what TEXT, name TEXT, ord INTEGER, PRIMARY KEY (what, name, ord)) WITHOUT ROWID;
CREATE TABLE facts (
    ord INTEGER PRIMARY KEY, source INTEGER NOT NULL, region INTEGER NOT NULL, kind INTEGER NOT NULL,
    publisher INTEGER NOT NULL, topic INTEGER NOT NULL DEFAULT 0, sentiment INTEGER NOT NULL DEFAULT 0,
    hourly INTEGER NOT NULL, double INTEGER NOT NULL DEFAULT 0, speaker INTEGER NOT NULL, period INTEGER NOT NULL,
    born INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE INDEX facts_seq ON facts (seq);
CREATE TABLE removed (seq INTEGER, ord INTEGER, PRIMARY KEY (seq, ord)) WITHOUT ROWID;
CREATE TABLE tombstones (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
INDEXES = """
CREATE VIRTUAL TABLE said USING fts5(title, body, tokenize='ascii', content='', detail=full, columnsize=0);
CREATE VIRTUAL TABLE answered USING fts5(reply, tokenize='ascii', content='', detail=full, columnsize=0);
"""


def prepare(database: Database) -> None:
    """Make the tables of a new file, check those of an old one. Raises ArchiveError."""
    connection = database.connection()
    with database.errors():
        version, application = _versions(connection)
        if version == 0 and application == 0 and not _tables(connection):
            connection.execute("PRAGMA page_size=8192")
            connection.execute("PRAGMA journal_mode=WAL")
            _create(database)
            version, application = _versions(connection)
    if application != APPLICATION:
        raise ArchiveError(f"{database.path} 是别的程序的 SQLite 文件，不是民声的档案库，请检查 MINSHENG_ARCHIVE")
    if version > SCHEMA_VERSION:
        raise ArchiveError(f"档案库 {database.path} 由较新的版本写成（{version}），请升级民声后再打开")
    with database.errors():
        folded = connection.execute("SELECT value FROM meta WHERE key = 'fold'").fetchone()[0]
    if folded != FOLD_VERSION:
        _reindex(database)


def _versions(connection: sqlite3.Connection) -> tuple[int, int]:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    return version, application


def _tables(connection: sqlite3.Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return count


def _create(database: Database) -> None:
    with database.write() as connection:
        if _tables(connection):  # another process was faster
            return
        _run(connection, TABLES + INDEXES)
        connection.execute("INSERT INTO meta VALUES ('seq', 0), ('epoch', 0), ('fold', ?)", (FOLD_VERSION,))
        connection.execute(f"PRAGMA application_id={APPLICATION}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Like executescript, which would commit first."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def _reindex(database: Database) -> None:
    """Index every post anew for this fold, in one transaction: a half-indexed archive would find half."""
    with database.write() as connection:
        if connection.execute("SELECT value FROM meta WHERE key = 'fold'").fetchone()[0] == FOLD_VERSION:
            return
        connection.execute("DROP TABLE said")
        connection.execute("DROP TABLE answered")
        _run(connection, INDEXES)
        for order, title, text, reply in connection.execute("SELECT ord, title, text, reply FROM posts ORDER BY ord"):
            add_text(connection, order, title, text)
            add_reply(connection, order, reply)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'fold'", (FOLD_VERSION,))
